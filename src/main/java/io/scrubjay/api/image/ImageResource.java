// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.image;

import io.scrubjay.access.Role;
import io.scrubjay.api.lookup.ListPage;
import io.scrubjay.api.lookup.ListQuery;
import io.scrubjay.api.lookup.ListStates;
import io.scrubjay.api.lookup.NamedImages;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestStreamElementType;

import java.util.List;

/** {@code /v1/images}: lists, shows, watches and deletes images. Stateless. */
@Path("/v1/images")
@Tag(name = "Images", description = "Disk images: list, download, verify and delete them")
@Produces(MediaType.APPLICATION_JSON)
public class ImageResource {
    private final ImageCatalog catalog;
    private final NamedImages images;
    private final ImageRemoval removal;
    private final ImageEvents events;

    ImageResource(ImageCatalog catalog, NamedImages images, ImageRemoval removal, ImageEvents events) {
        this.catalog = catalog;
        this.images = images;
        this.removal = removal;
        this.events = events;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @NonBlocking
    @Operation(
            summary = "List all images by name: those in the pool, uploads in progress, and the latest failed uploads")
    public RestResponse<List<ImageView>> list(
            @QueryParam(ListQuery.LIMIT) String limit,
            @QueryParam(ListQuery.AFTER) String after,
            @QueryParam(ListQuery.STATE) String state,
            @QueryParam(ListQuery.NAME) String name) {
        ListQuery query = ListQuery.ofNamed(ListStates.IMAGES, limit, after, state, name);
        return ListPage.of(
                "/v1/images",
                query,
                catalog.list().stream()
                        .filter(image -> query.takesName(image.name()))
                        .map(ImageView::of)
                        .filter(image -> query.takesState(image.state())),
                ImageView::name);
    }

    @DELETE
    @RolesAllowed(Role.ADMIN_NAME)
    @NonBlocking
    @Operation(
            summary = "Remove all failed uploads from the list",
            description = "Nothing of them is in the pool; the list only keeps them with the reason why they failed.")
    @APIResponse(responseCode = "204", description = "the list has no failed uploads any more")
    public void clear(
            @QueryParam(ListQuery.STATE)
                    @Parameter(
                            required = true,
                            description = "Must be `failed`: only failed uploads can be removed all at once.",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"failed"}))
                    String state) {
        if (!"failed".equals(state)) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "the agent does not delete all images at once; add '?state=failed' to remove failed ingests"
                            + " from the list");
        }
        catalog.removeFailed();
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Path("{name}")
    @NonBlocking
    @Operation(summary = "One image")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ImageView.class)))
    public ImageView image(@PathParam("name") String name) {
        return ImageView.of(images.get(name));
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Path("{name}/events")
    @NonBlocking
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Follow an image: an event at once and after each change, until it is ready, has failed or is"
                    + " deleted",
            description = "At most five events a second. Each event's data is an Image.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = ImageView.class)))
    public void events(
            @PathParam("name") String name,
            @Context Sse sse,
            @Context SseEventSink client,
            @Context HttpServerRequest request) {
        events.send(images.get(name), sse, client, request);
    }

    @DELETE
    @RolesAllowed(Role.ADMIN_NAME)
    @Path("{name}")
    @Blocking
    @Operation(summary = "Delete an image, cancel its upload, or remove a failed upload from the list")
    @Parameter(
            name = HttpHeaders.IF_MATCH,
            in = ParameterIn.HEADER,
            schema = @Schema(implementation = String.class),
            description = "Entity tags; 412 unless the content's is among them.")
    @APIResponse(responseCode = "204", description = "deleted: nothing of it is left, and its name is free")
    public void delete(@PathParam("name") String name, @Context HttpHeaders request) throws InterruptedException {
        Image image = images.get(name);
        Preconditions.of(request).require(image);
        removal.remove(image);
    }
}
