// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pull;

import io.scrubjay.access.Role;
import io.scrubjay.api.body.JsonBody;
import io.scrubjay.api.image.ImageView;
import io.scrubjay.api.lookup.NamedImages;
import io.scrubjay.api.lookup.NamedVolumes;
import io.scrubjay.fetch.Fetches;
import io.scrubjay.image.Image;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.volume.VolumeImages;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import java.net.URI;

/** {@code POST /v1/images}: takes images from elsewhere. Stateless. */
@Path("/v1/images")
@Tag(name = "Images")
public class PullResource {
    private final Fetches fetches;
    private final VolumeImages volumeImages;
    private final NamedVolumes volumes;
    private final NamedImages images;

    PullResource(Fetches fetches, VolumeImages volumeImages, NamedVolumes volumes, NamedImages images) {
        this.fetches = fetches;
        this.volumeImages = volumeImages;
        this.volumes = volumes;
        this.images = images;
    }

    @POST
    @RolesAllowed(Role.UPLOAD_NAME)
    @Blocking
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Create an image from a file that the agent fetches, or from a volume or snapshot",
            description =
                    "The answer comes as soon as the agent begins; the image shows the progress, and why it failed"
                            + " if it did. Deleting the image cancels it. An image of a volume or snapshot has the bytes of a"
                            + " moment before the answer. Where the pool shares clusters, they are not copied; elsewhere the"
                            + " answer comes after the copy.")
    @APIResponse(
            responseCode = "202",
            description = "the agent fetches the image, or proves it; `Location` has its path",
            content = @Content(schema = @Schema(implementation = ImageView.class)))
    public Response create(ImageOrder sent) {
        ImageOrder order = JsonBody.required(sent);
        Image image = begin(order, order.parsedName());
        return Response.accepted(ImageView.of(image))
                .location(URI.create("/v1/images/" + image.name()))
                .build();
    }

    private Image begin(ImageOrder order, ResourceName name) {
        PullSource source = order.parsedSource();
        if (source instanceof PullSource.Volume volume) {
            return volumeImages.begin(name, volumes.get(volume.name()), order.contentOnly());
        }
        if (source instanceof PullSource.Snapshot snapshot) {
            return volumeImages.begin(name, images.snapshot(snapshot.name()), order.contentOnly());
        }
        return fetches.begin(order.ingest(), ((PullSource.Url) source).file());
    }
}
