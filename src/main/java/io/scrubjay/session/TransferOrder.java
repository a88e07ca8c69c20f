// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.session;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client says of a piece before its first byte.
 *
 * @param offsetBytes where in the file it begins
 * @param fileBytes the length of the file, if the client says it
 * @param pieceBytes the length of the piece, if it is known
 * @param checksum the checksum of the piece: if there is one, either all of its bytes count or none
 */
public record TransferOrder(
        long offsetBytes, OptionalLong fileBytes, OptionalLong pieceBytes, Optional<PieceChecksum> checksum) {
    public TransferOrder {
        Objects.requireNonNull(fileBytes);
        Objects.requireNonNull(pieceBytes);
        Objects.requireNonNull(checksum);
    }
}
