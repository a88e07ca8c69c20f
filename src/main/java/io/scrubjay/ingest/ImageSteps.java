// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.block.Digest;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.image.Verified;
import io.scrubjay.seal.SealListener;
import io.scrubjay.seal.SealStep;

import java.util.function.UnaryOperator;

/**
 * Updates the state of an image with the steps of its seal, and passes them on to an observer. Confined to the
 * coordinator.
 */
record ImageSteps(Image image, IngestObserver.Course course) implements SealListener {
    @Override
    public void entered(SealStep step) {
        course.sealing(step);
    }

    @Override
    public void headProven(Digest contentDigest) {
        note(verified -> verified.withClosed(contentDigest));
    }

    @Override
    public void snapshotProven(Digest contentDigest) {
        note(verified -> verified.withSnapshot(contentDigest));
    }

    private void note(UnaryOperator<Verified> step) {
        image.move(ImageState.Sealing.class, sealing -> sealing.proven(step.apply(sealing.verified())));
    }
}
