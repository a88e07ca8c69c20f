// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.form;

import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;

/** The refusals of a form whose lines are wrong. Stateless. */
final class FormTexts {
    private FormTexts() {}

    static RefusedException lineFeedAlone() {
        return new RefusedException(
                Refusal.INVALID_REQUEST,
                "a line of the form ends with a line feed alone; end the lines of boundaries and heads with CRLF");
    }

    /** The body has ended, and the first delimiter has not come. */
    static RefusedException noBoundary(Boundary boundary) {
        return new RefusedException(
                Refusal.INVALID_REQUEST,
                "the body has no line '" + boundary.line() + "', the boundary that Content-Type announces; send"
                        + " a form, with that boundary before each part");
    }

    /** The body has ended within a part. */
    static RefusedException cut(Boundary boundary) {
        return new RefusedException(
                Refusal.UPLOAD_CUT,
                "the form ends before its last line, '" + boundary.line() + "--'; send it again, to its end");
    }

    /** Another delimiter has come behind the last one. */
    static RefusedException boundaryAgain(Boundary boundary) {
        return new RefusedException(
                Refusal.INVALID_REQUEST,
                "the form goes on behind its last line, '" + boundary.line() + "--'; if the file has that line in it,"
                        + " send the form with another boundary");
    }

    static RefusedException tooMuchAround(int bytesMax) {
        return new RefusedException(
                Refusal.TOO_LARGE,
                "the form has more than " + bytesMax + " bytes beside the contents of its parts; send fewer parts, with"
                        + " shorter heads, and no text before and behind them");
    }
}
