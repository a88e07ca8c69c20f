// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api;

import io.scrubjay.access.Role;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.manifest.ManifestStore;
import io.scrubjay.volume.Volumes;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import java.util.List;
import java.util.stream.Stream;

/** {@code /v1/pool}. Stateless. */
@Path("/v1/pool")
@Tag(name = "Pool", description = "Where everything lies, and how full it is")
public class PoolResource {
    private final StorageEngine engine;

    private final ManifestStore manifests;

    private final Volumes volumes;

    PoolResource(StorageEngine engine, ManifestStore manifests, Volumes volumes) {
        this.engine = engine;
        this.manifests = manifests;
        this.volumes = volumes;
    }

    @GET
    @RolesAllowed(Role.READ_NAME)
    @Blocking
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "What the pool is, and how full")
    public PoolView pool() {
        return PoolView.of(
                engine.traits(),
                engine.usage(),
                Stream.of(engine.unreadable(), manifests.missing(), volumes.damagedLabels())
                        .flatMap(List::stream)
                        .toList());
    }
}
