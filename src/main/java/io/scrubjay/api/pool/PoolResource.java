// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.pool;

import io.scrubjay.access.Role;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.volume.UnreadableNow;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/pool}. Stateless. */
@Path("/v1/pool")
@Tag(name = "Pool", description = "The storage pool and how full it is")
public class PoolResource {
    private final StorageEngine engine;

    private final UnreadableNow unreadable;

    PoolResource(StorageEngine engine, UnreadableNow unreadable) {
        this.engine = engine;
        this.unreadable = unreadable;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Show the pool: its engine, place, space, and what cannot be read in it")
    public PoolView pool() {
        return PoolView.of(engine.traits(), engine.usage(), unreadable.list());
    }
}
