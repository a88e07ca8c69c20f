// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import io.scrubjay.access.Role;
import io.scrubjay.api.body.JsonBody;
import io.scrubjay.api.lookup.ListPage;
import io.scrubjay.api.lookup.ListQuery;
import io.scrubjay.api.lookup.ListStates;
import io.scrubjay.api.lookup.NamedVolumes;
import io.scrubjay.api.lookup.ResourceNames;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.image.ImageKey;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.volume.Exports;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.VolumeJob;
import io.scrubjay.volume.VolumeJobs;
import io.scrubjay.volume.VolumeReport;
import io.scrubjay.volume.Volumes;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

import java.net.URI;
import java.util.List;

/**
 * {@code /v1/volumes}: lists, shows, creates, changes and deletes volumes. Stateless; runs on workers, since it waits
 * for the device.
 */
@Path("/v1/volumes")
@Tag(name = "Volumes", description = "Volumes are writable disks: empty ones, and clones of images and snapshots")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class VolumeResource {
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final Volumes volumes;
    private final NamedVolumes named;
    private final VolumeJobs jobs;
    private final ImageCatalog images;
    private final Exports exports;

    VolumeResource(Volumes volumes, NamedVolumes named, VolumeJobs jobs, ImageCatalog images, Exports exports) {
        this.volumes = volumes;
        this.named = named;
        this.jobs = jobs;
        this.images = images;
        this.exports = exports;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Operation(summary = "All volumes, by name")
    public RestResponse<List<VolumeView>> list(
            @QueryParam(ListQuery.LIMIT) String limit,
            @QueryParam(ListQuery.AFTER) String after,
            @QueryParam(ListQuery.STATE) String state,
            @QueryParam(ListQuery.NAME) String name) {
        ListQuery query = ListQuery.ofNamed(ListStates.VOLUMES, limit, after, state, name);
        return ListPage.of(
                "/v1/volumes",
                query,
                volumes.named().stream()
                        .filter(volume -> query.takesName(volume.name()))
                        .map(this::view)
                        .filter(volume -> query.takesState(volume.state())),
                VolumeView::name);
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Path("{name}")
    @Operation(summary = "One volume")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = VolumeView.class)))
    public VolumeView volume(@PathParam("name") String name) {
        return view(named.get(name));
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Create a volume: an empty one of a given size, or a clone of an image or snapshot",
            description = "The size is rounded up to whole clusters.")
    @APIResponse(responseCode = "201", content = @Content(schema = @Schema(implementation = VolumeView.class)))
    public Response create(VolumeOrder order) {
        ResourceName name = JsonBody.required(order).parsedName();
        NamedVolume volume = make(name, order.consistent());
        return Response.created(URI.create("/v1/volumes/" + volume.name()))
                .entity(view(volume))
                .build();
    }

    private NamedVolume make(ResourceName name, VolumeOrder order) {
        if (order.fromImage().isPresent()) {
            ResourceName image = ResourceNames.known(order.fromImage().get());
            return volumes.cloneOf(name, images.get(image), order.size());
        }
        if (order.fromSnapshot().isPresent()) {
            ImageKey snapshot =
                    ImageKey.ofSnapshot(ResourceNames.known(order.fromSnapshot().get()));
            return volumes.cloneOf(name, images.get(snapshot), order.size());
        }
        return volumes.create(name, order.size().orElseThrow(), order.parsedProvisioning());
    }

    @PATCH
    @RolesAllowed(Role.ADMIN_NAME)
    @Path("{name}")
    @Consumes({MediaType.APPLICATION_JSON, MERGE_PATCH})
    @Operation(summary = "Grow a volume; the new part reads as zeroes")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = VolumeView.class)))
    public VolumeView change(@PathParam("name") String name, VolumeChange change) {
        NamedVolume volume = named.get(name);
        volumes.grow(volume, JsonBody.required(change).size());
        return view(volume);
    }

    @DELETE
    @RolesAllowed(Role.ADMIN_NAME)
    @Path("{name}")
    @Operation(summary = "Delete a volume; its snapshots stay")
    @APIResponse(responseCode = "204", description = "deleted: nothing of it is left, and its name is free")
    public void delete(@PathParam("name") String name) throws InterruptedException {
        volumes.delete(named.get(name));
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Path("{name}/inflate")
    @Operation(
            summary = "Inflate a volume: allocate all its clusters and end its dependence on parents; the volume's"
                    + " `job` shows the progress")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = VolumeView.class)))
    public Response inflate(@PathParam("name") String name) {
        return start(named.get(name), VolumeJob.Kind.INFLATE);
    }

    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Path("{name}/decouple")
    @Operation(
            summary = "Decouple a volume: copy what it shares with its parents and end its dependence on them; the"
                    + " volume's `job` shows the progress")
    @APIResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = VolumeView.class)))
    public Response decouple(@PathParam("name") String name) {
        return start(named.get(name), VolumeJob.Kind.DECOUPLE);
    }

    private Response start(NamedVolume volume, VolumeJob.Kind kind) {
        jobs.start(volume, kind);
        return Response.accepted(view(volume))
                .location(URI.create("/v1/volumes/" + volume.name()))
                .build();
    }

    private VolumeView view(NamedVolume volume) {
        return view(volumes.report(volume));
    }

    private VolumeView view(VolumeReport report) {
        return VolumeView.of(report, exports.find(report.volume()));
    }
}
