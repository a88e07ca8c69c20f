// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.api.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.scrubjay.block.ByteSize;
import io.scrubjay.block.ClusterSize;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.StorageEngine;
import io.scrubjay.image.ImageCatalog;
import io.scrubjay.manifest.PoolName;
import io.scrubjay.manifest.ResourceName;
import io.scrubjay.pool.Flaw;
import io.scrubjay.pool.TestPool;
import io.scrubjay.volume.NamedVolume;
import io.scrubjay.volume.VolumeLimits;
import io.scrubjay.volume.Volumes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** What cannot be told of a volume is null, and no zero. */
class VolumeViewTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final List<String> FROM_ITS_BYTES =
            List.of("sizeBytes", "totalClusters", "allocatedClusters", "allocatedBytes", "provisioning", "parents");
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModules(new Jdk8Module(), new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private final TestPool pool = TestPool.of(ClusterSize.parse("64K"), 8 << 20);
    private final StorageEngine engine = pool.open();

    @AfterEach
    void close() {
        engine.close();
    }

    private Volumes volumes(Instant now) {
        VolumeLimits limits = new VolumeLimits(ByteSize.parse("1G"), 1, 1, Duration.ofSeconds(1));
        return new Volumes(engine, new ImageCatalog(), limits, InstantSource.fixed(now));
    }

    private static JsonNode json(Volumes volumes, NamedVolume volume) {
        return JSON.valueToTree(VolumeView.of(volumes.report(volume), Optional.empty()));
    }

    @Test
    void aLostVolumeHasNoSize() {
        pool.mayHold(Flaw.MISSING_PART);
        // Given
        Volumes volumes = volumes(NOON);
        NamedVolume volume = volumes.create(ResourceName.parse("vm"), 1 << 20, Provisioning.THIN);
        JsonNode whole = json(volumes, volume);
        // When
        engine.delete(PoolName.volume(volume.id()));
        // Then
        JsonNode lost = json(volumes, volume);
        assertThat(whole.get("sizeBytes").asLong()).isEqualTo(1 << 20);
        assertThat(whole.get("totalClusters").asLong()).isEqualTo(16);
        assertThat(whole.get("allocatedBytes").asLong(-1)).isZero();
        assertThat(whole.get("parents").isArray()).isTrue();
        assertThat(lost.get("state").asText()).isEqualTo("lost");
        assertThat(lost.get("createdAt").asText()).isEqualTo(NOON.toString());
        FROM_ITS_BYTES.forEach(
                field -> assertThat(lost.get(field).isNull()).as(field).isTrue());
    }

    @Test
    void aVolumeWithoutALabelDoesNotSayWhenItWasMade() {
        pool.mayHold(Flaw.MISSING_PART);
        // Given
        NamedVolume volume = volumes(NOON).create(ResourceName.parse("vm"), 1 << 20, Provisioning.THIN);
        engine.delete(PoolName.label(volume.id()));
        // When
        Volumes started = volumes(NOON.plusSeconds(3600));
        started.restore();
        // Then
        JsonNode json = json(started, started.get(ResourceName.ofNameless(volume.id())));
        assertThat(json.get("createdAt").isNull()).isTrue();
        assertThat(json.get("sizeBytes").asLong()).isEqualTo(1 << 20);
    }
}
