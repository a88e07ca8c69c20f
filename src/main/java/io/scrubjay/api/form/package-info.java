// SPDX-License-Identifier: Apache-2.0
/**
 * Splits the body of a {@code multipart/form-data} request into its parts while it arrives (RFC 7578, and RFC 2046
 * section 5.1). Pure: it knows bytes and refusals, and neither HTTP nor images.
 *
 * <ul>
 *   <li><b>form</b>: such a body.
 *   <li><b>boundary</b>: the text that separates its parts, which the sender chooses; {@code Content-Type} has it.
 *   <li><b>delimiter</b>: a line break, {@code --} and the boundary; then blanks, and a line break. With another
 *       {@code --} behind the boundary it is the <b>last delimiter</b>. Everything else is content of a part, even a
 *       line that only begins with the boundary.
 *   <li><b>part</b>: what is between two delimiters: a <b>head</b>, an empty line, and the content. It is a field, or a
 *       file, by its name alone.
 *   <li><b>preamble</b>, <b>epilogue</b>: text before the first delimiter, and behind the last; both are ignored.
 * </ul>
 *
 * <p>A file that contains the boundary as a whole line cannot be told from a form that ends there. What tells them apart is
 * that the real last delimiter comes later: a delimiter in the epilogue is refused, and so is a part behind the file. So
 * such a file is refused, and never shortened.
 *
 * <p>The classes that keep state are confined to one thread; all others are immutable.
 */
package io.scrubjay.api.form;
