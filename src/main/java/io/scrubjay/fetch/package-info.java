// SPDX-License-Identifier: Apache-2.0
/**
 * Images from URLs: fetches a file from another server into an ingest.
 *
 * <ul>
 *   <li><b>fetch</b>: the transfer of one file, {@link io.scrubjay.fetch.Fetch}; to its ingest it is the sender.
 *   <li><b>attempt</b>: one request of a fetch, with the redirects that it leads to. Each begins with the original URL.
 *   <li><b>guard</b>: decides which servers may be connected to, {@link io.scrubjay.fetch.UrlGuard}.
 *   <li><b>rest</b>: the part of the file that has not been taken. It is asked for only by a strong entity tag, from the
 *       server that sent the other part; in every other case the whole file is, and its beginning is compared.
 *   <li><b>repeat</b>: bytes that a server sends again.
 * </ul>
 *
 * <p>The file's bytes reach the ingest once and in order, whatever a server does; what cannot be shown to be the same file
 * ends the fetch with {@code source-changed}.
 *
 * <p>Threads: each fetch has an event loop, on which it copies bytes and waits for nothing. Workers resolve names.
 */
package io.scrubjay.fetch;
