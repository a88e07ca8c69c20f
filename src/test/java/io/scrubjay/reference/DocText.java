// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.reference;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;

/** Javadoc as one line of Markdown that fits into a table. Has no state. */
final class DocText {
    private DocText() {}

    static String of(DocCommentTree comment) {
        StringBuilder text = new StringBuilder();
        comment.getFullBody().forEach(part -> text.append(markdown(part)));
        return text.toString().replaceAll("\\s+", " ").replace("|", "\\|").strip();
    }

    private static String markdown(DocTree part) {
        return switch (part.getKind()) {
            case TEXT -> ((TextTree) part).getBody();
            case CODE -> "`" + ((LiteralTree) part).getBody().getBody() + "`";
            case LITERAL -> ((LiteralTree) part).getBody().getBody();
            case LINK, LINK_PLAIN ->
                "`" + ((LinkTree) part).getReference().getSignature().replace('#', '.') + "`";
            case ENTITY -> "&" + ((EntityTree) part).getName() + ";";
            case START_ELEMENT ->
                ((StartElementTree) part).getName().contentEquals("p") ? " " : unknown(part.toString());
            case END_ELEMENT -> ((EndElementTree) part).getName().contentEquals("p") ? " " : unknown(part.toString());
            default -> unknown(part.toString());
        };
    }

    private static String unknown(String part) {
        throw new IllegalArgumentException("the configuration reference cannot show " + part);
    }
}
