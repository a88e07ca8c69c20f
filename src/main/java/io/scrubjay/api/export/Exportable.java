// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.export;

import io.scrubjay.engine.Access;
import io.scrubjay.engine.Export;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One kind of thing that can be exported. Immutable.
 *
 * @param access what a host may do to it
 * @param named finds one by the name in a request's path
 * @param find where one is exported now, if it is
 * @param export exports one; doing so again returns the same export
 * @param end ends the export of one, if there is any
 */
record Exportable<T>(
        Access access,
        Function<String, T> named,
        Function<T, Optional<Export>> find,
        Function<T, Export> export,
        Consumer<T> end) {}
