// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.ingest;

import io.scrubjay.image.Image;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.seal.SealStep;

/**
 * Hears how ingests go, as traces are made. Must not throw, and must not wait: ingests would.
 *
 * <p>{@link #begun} is called by whoever begins an ingest, in that thread; its {@link Course} by the coordinator, or by
 * that same thread when no coordinator is to be had any more.
 */
@FunctionalInterface
public interface IngestObserver {
    /** An ingest has been admitted. What is returned hears the rest of it. */
    Course begun(Image image);

    /** The pool refused an ingest before it began. Called in the thread of whoever asked for it. */
    default void refused(RefusedException why) {}

    /** One ingest, from its beginning to {@link #ended}, which comes last and once. */
    interface Course {
        /** Bytes come and are stored; over when the head has the last. A slow sender is seen here, and nowhere else. */
        void receiving();

        /** A step of the seal begins; the stage before it is over. */
        void sealing(SealStep step);

        /** The stage that was begun last failed, or none was reached. What was stored is about to be removed. */
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
