// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.lookup;

import io.scrubjay.manifest.ResourceName;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ListQueryTest {
    private static final List<String> STATES = List.of("ready", "lost");
    private static final String NONE = null;

    private static ListQuery query(String limit, String after, String state, String name) {
        return ListQuery.ofNamed(STATES, limit, after, state, name);
    }

    private static void assertRefused(String message, Runnable asked) {
        assertThatThrownBy(asked::run)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message)
                .extracting(refused -> ((RefusedException) refused).refusal())
                .isEqualTo(Refusal.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "+1", "1001", "10000000000000000000", "1.5", "1e2", "x", " 1", "٣"})
    void aLimitThatIsNoneIsRefused(String limit) {
        assertRefused("'limit' must be a whole number from 1 to 1000", () -> query(limit, NONE, NONE, NONE));
    }

    @Test
    void aStateThatThereIsNotIsRefusedWithThoseThatThereAre() {
        assertRefused("'state' must be one of ready, lost, not 'Ready'", () -> query(NONE, NONE, "Ready", NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-a", ".a", "A", "a*", "a%", "a b"})
    void whatNoNameBeginsWithIsRefused(String name) {
        assertRefused("'name' must be the first characters of a name", () -> query(NONE, NONE, NONE, name));
    }

    @Test
    void whatIsRefusedIsShownInPartOnly() {
        assertThatThrownBy(() -> query(NONE, NONE, NONE, "A".repeat(5000)))
                .hasMessageContaining("A…'")
                .extracting(Throwable::getMessage)
                .asString()
                .hasSizeLessThan(300);
    }

    @ParameterizedTest
    @CsvSource({
        ", , vm-1, true",
        ", vm, vm-1, true",
        ", vm-, vm-1, true",
        ", vm-1, vm-1, true",
        ", vm-2, vm-1, false",
        ", m-1, vm-1, false",
        "vm-1, , vm-1, false",
        "vm-0, , vm-1, true",
        "vm-2, , vm-1, false",
        "vm, vm, vm-1, true",
        "a, damaged@, damaged@0123456789abcdef0123456789abcdef, true",
        "damaged@0123456789abcdef0123456789abcdef, , damaged@0123456789abcdef0123456789abcdef, false",
    })
    void namesAreTakenByTheirBeginningAndBehindTheLast(String after, String prefix, String name, boolean isTaken) {
        assertThat(query(NONE, after, NONE, prefix).takesName(ResourceName.parseKnown(name)))
                .isEqualTo(isTaken);
    }

    @Test
    void withoutALimitEverythingIsOnePage() {
        var page = ListPage.of("/v1/x", query(NONE, NONE, NONE, NONE), Stream.of("a", "b"), name -> name);
        assertThat(page.getEntity()).containsExactly("a", "b");
        assertThat(page.getHeaderString("Link")).isNull();
    }

    @Test
    void aPageTellsTheNextWithAllThatWasAsked() {
        var page = ListPage.of("/v1/x", query("1", "a0", "lost", "a"), Stream.of("a1", "a2"), name -> name);
        assertThat(page.getEntity()).containsExactly("a1");
        assertThat(page.getHeaderString("Link")).isEqualTo("</v1/x?limit=1&after=a1&state=lost&name=a>; rel=\"next\"");
    }

    @Test
    void aFullLastPageHasNoNext() {
        var page = ListPage.of("/v1/x", query("2", NONE, NONE, NONE), Stream.of("a", "b"), name -> name);
        assertThat(page.getEntity()).containsExactly("a", "b");
        assertThat(page.getHeaderString("Link")).isNull();
    }

    @Test
    void noMoreEntriesAreComputedThanNeeded() {
        var computed = new java.util.ArrayList<Integer>();
        Stream<Integer> entries = IntStream.range(0, 1000).boxed().peek(computed::add);
        ListPage.of("/v1/x", query("3", NONE, NONE, NONE), entries, Object::toString);
        assertThat(computed).hasSize(4);
    }
}
