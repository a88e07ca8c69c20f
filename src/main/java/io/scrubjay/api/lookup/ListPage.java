// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.lookup;

import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.RestResponse;

import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The answer to a list query. A list is a plain JSON array, so the next page is told in the head: {@code Link: <…>;
 * rel="next"}. Without that field there is no entry more.
 */
public final class ListPage {
    private ListPage() {}

    /**
     * The first entries, as many as asked for.
     *
     * @param path the list's own
     * @param entries in the order of the list, all that the query asks for; no more of them is computed than is needed
     * @param key what {@code after} says to begin behind an entry
     */
    public static <T> RestResponse<List<T>> of(
            String path, ListQuery query, Stream<T> entries, Function<T, String> key) {
        if (query.limit().isEmpty()) {
            return RestResponse.ok(entries.toList());
        }
        int limit = query.limit().getAsInt();
        List<T> andOneMore = entries.limit(limit + 1L).toList();
        if (andOneMore.size() <= limit) {
            return RestResponse.ok(andOneMore);
        }
        List<T> page = andOneMore.subList(0, limit);
        String next = next(path, query, key.apply(page.get(limit - 1)));
        return RestResponse.ResponseBuilder.ok(page)
                .header(HttpHeaders.LINK, "<" + next + ">; rel=\"next\"")
                .build();
    }

    /** Nothing in it needs to be encoded: whatever else was refused. */
    private static String next(String path, ListQuery query, String last) {
        StringJoiner keys = new StringJoiner("&", path + "?", "");
        query.limit().ifPresent(limit -> keys.add(ListQuery.LIMIT + "=" + limit));
        keys.add(ListQuery.AFTER + "=" + last);
        query.state().ifPresent(state -> keys.add(ListQuery.STATE + "=" + state));
        query.prefix().ifPresent(prefix -> keys.add(ListQuery.NAME + "=" + prefix));
        return keys.toString();
    }
}
