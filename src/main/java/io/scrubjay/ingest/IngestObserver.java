// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.image.Image;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.SealStep;

/**
 * Observes the progress of ingests, for traces. Must not throw or block, since that would fail or block ingests.
 *
 * <p>{@link #begun} is called on the thread that begins an ingest; the {@link Course} is called by the coordinator, or
 * on that same thread if no coordinator can be started.
 */
@FunctionalInterface
public interface IngestObserver {
    /** An ingest has been admitted. The returned object observes the rest of it. */
    Course begun(Image image);

    /** The pool refused an ingest before it began. Called on the thread that requested it. */
    default void refused(RefusedException why) {}

    /** One ingest, from its beginning to {@link #ended}, which comes last and once. */
    interface Course {
        /**
         * Bytes are being received and stored; this stage ends when the head has the last byte. Only this stage shows a
         * slow sender.
         */
        void receiving();

        /** A step of the seal begins; the previous stage has ended. */
        void sealing(SealStep step);

        /** The latest stage failed, or no stage was reached. The stored bytes are about to be removed. */
        void failed(RefusedException why);

        /** The image is ready; or, after {@link #failed}, nothing of it is left. */
        void ended();
    }

    /** An observer that ignores everything. */
    IngestObserver NONE = image -> new Course() {
        @Override
        public void receiving() {}

        @Override
        public void sealing(SealStep step) {}

        @Override
        public void failed(RefusedException why) {}

        @Override
        public void ended() {}
    };
}
