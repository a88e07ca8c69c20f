// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.scrub;

import io.scrubjay.access.Role;
import io.scrubjay.api.body.JsonBody;
import io.scrubjay.api.lookup.ListPage;
import io.scrubjay.api.lookup.ListQuery;
import io.scrubjay.api.lookup.ListStates;
import io.scrubjay.refusal.Refusal;
import io.scrubjay.refusal.RefusedException;
import io.scrubjay.scrub.RunId;
import io.scrubjay.scrub.RunReport;
import io.scrubjay.scrub.ScrubConfig;
import io.scrubjay.scrub.ScrubSchedule;
import io.scrubjay.scrub.Scrubber;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestResponse;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Scrubs: their status, runs on demand, and their history. Runs on workers, since the history is on a disk. */
@ApplicationScoped
@Path("/v1/scrub")
@Tag(name = "Scrubbing", description = "Scrubs read all stored images again and compare them with their checksums")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class ScrubResource {
    private final Scrubber scrubber;
    private final ScrubSchedule schedule;
    private final ScrubConfig config;

    ScrubResource(Scrubber scrubber, ScrubSchedule schedule, ScrubConfig config) {
        this.scrubber = scrubber;
        this.schedule = schedule;
        this.config = config;
    }

    /** Schedule, limits, the run under way, totals, and the image that was verified longest ago. */
    @GET
    @RolesAllowed(Role.READ_NAME)
    @Operation(
            summary = "Show the schedule, the limits, the current run, totals, and the least recently verified image")
    public ScrubStatusView status() {
        return ScrubStatusView.of(scrubber, schedule, config);
    }

    /** Changes the rate limit, pauses or goes on; at once, and until it is changed again. */
    @PATCH
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Change the rate limit, pause or resume scrubs; takes effect at once")
    public ScrubStatusView change(ScrubChange change) {
        JsonBody.required(change).applyTo(scrubber);
        return status();
    }

    /** Orders a run. */
    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Path("/runs")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    @Operation(summary = "Order a scrub run; it waits until runs before it have ended")
    @APIResponse(
            responseCode = "202",
            description = "the run; `GET` its `Location` to see its progress",
            content = @Content(schema = @Schema(implementation = ScrubRunView.class)))
    public RestResponse<ScrubRunView> order(ScrubRunOrder order) {
        ScrubRunView run =
                ScrubRunView.of(scrubber.submit(JsonBody.required(order).order()));
        return RestResponse.ResponseBuilder.<ScrubRunView>create(RestResponse.Status.ACCEPTED)
                .location(URI.create("/v1/scrub/runs/" + run.id()))
                .entity(run)
                .build();
    }

    /** List all runs that the agent remembers, the latest first, without their findings. */
    @GET
    @RolesAllowed(Role.READ_NAME)
    @Path("/runs")
    @Operation(summary = "List all runs that the agent remembers, the latest first, without their findings")
    public RestResponse<List<ScrubRunView>> runs(
            @QueryParam(ListQuery.LIMIT) String limit,
            @QueryParam(ListQuery.AFTER) String after,
            @QueryParam(ListQuery.STATE) String state) {
        ListQuery query = ListQuery.ofNumbered(ListStates.SCRUB_RUNS, limit, after, state);
        return ListPage.of(
                "/v1/scrub/runs",
                query,
                behind(query.after(), scrubber.runs()).stream()
                        .map(ScrubRunView::summary)
                        .filter(run -> query.takesState(run.state())),
                ScrubRunView::id);
    }

    private static List<RunReport> behind(Optional<String> last, List<RunReport> latestFirst) {
        if (last.isEmpty()) {
            return latestFirst;
        }
        List<String> ids = latestFirst.stream().map(run -> run.id().toString()).toList();
        int at = ids.indexOf(last.get());
        if (at < 0) {
            throw new RefusedException(
                    Refusal.INVALID_REQUEST,
                    "'after' must be the id of a scrub run, and the agent knows none with this id (it may have"
                            + " dropped an old one): start over without 'after'");
        }
        return latestFirst.subList(at + 1, latestFirst.size());
    }

    /** One run with its findings. */
    @GET
    @RolesAllowed(Role.READ_NAME)
    @Path("/runs/{id}")
    @Operation(summary = "One run with its findings")
    public ScrubRunView run(@PathParam("id") String id) {
        return ScrubRunView.of(scrubber.run(runId(id)));
    }

    /** Cancels a run; it keeps its position and what it found. */
    @DELETE
    @RolesAllowed(Role.ADMIN_NAME)
    @Path("/runs/{id}")
    @Operation(summary = "Cancel a run; it keeps its position and what it found")
    public ScrubRunView cancel(@PathParam("id") String id) {
        return ScrubRunView.of(scrubber.cancel(runId(id)));
    }

    private static RunId runId(String text) {
        return RunId.parse(text)
                .orElseThrow(() -> new RefusedException(
                        Refusal.RUN_NOT_FOUND,
                        "the id in the path is not that of a scrub run; GET /v1/scrub/runs lists them"));
    }
}
