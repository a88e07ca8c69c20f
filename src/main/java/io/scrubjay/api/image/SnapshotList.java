// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.api.lookup.ListPage;
import io.scrubjay.api.lookup.ListQuery;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKind;
import io.scrubjay.manifest.PointInTime;
import io.scrubjay.manifest.VolumeId;
import org.jboss.resteasy.reactive.RestResponse;

import java.util.List;
import java.util.stream.Stream;

/** Lists of snapshots: of all volumes, or of one. Stateless. */
final class SnapshotList {
    private SnapshotList() {}

    /** Those of these that the query asks for. */
    static RestResponse<List<SnapshotView>> page(
            String path, ListQuery query, Stream<Image> byName, ImageCatalog catalog) {
        return ListPage.of(
                path,
                query,
                byName.filter(snapshot -> query.takesName(snapshot.name()))
                        .map(snapshot -> SnapshotView.of(snapshot, catalog))
                        .filter(snapshot -> query.takesState(snapshot.state())),
                SnapshotView::name);
    }

    /**
     * The snapshots that were taken of a volume, by name. One whose manifest is damaged does not say which volume it was
     * taken of, and is in the list of all snapshots only.
     */
    static Stream<Image> of(VolumeId volume, ImageCatalog catalog) {
        return catalog.list(ImageKind.SNAPSHOT).stream()
                .filter(snapshot -> SnapshotView.taken(snapshot.state())
                        .map(PointInTime::volume)
                        .filter(volume::equals)
                        .isPresent());
    }
}
