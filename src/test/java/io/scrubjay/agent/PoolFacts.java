// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.agent;

import io.scrubjay.block.Digest;
import io.scrubjay.block.DigestAlgorithm;
import io.scrubjay.block.Sha256;
import io.scrubjay.engine.ClearedPool;
import io.scrubjay.engine.PoolUsage;
import io.scrubjay.engine.Provisioning;
import io.scrubjay.engine.VolumeSummary;
import io.scrubjay.image.Image;
import io.scrubjay.image.ImageState;
import io.scrubjay.manifest.FindingLine;
import io.scrubjay.manifest.LeafTable;
import io.scrubjay.manifest.Manifest;
import io.scrubjay.manifest.ManifestHeader;
import io.scrubjay.manifest.PointInTime;
import io.scrubjay.manifest.PoolSource;
import io.scrubjay.manifest.Quarantine;
import io.scrubjay.manifest.QuarantineMarker;
import io.scrubjay.manifest.Upload;
import io.scrubjay.manifest.VolumeLabel;
import io.scrubjay.volume.VolumeReport;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Everything there is in a pool, a line for each thing. The words are this class's own: a build that calls something by
 * another name still writes the same lines of the same pool.
 */
final class PoolFacts {
    private final StoredPool.Agent agent;
    private final List<String> lines = new ArrayList<>();

    private PoolFacts(StoredPool.Agent agent) {
        this.agent = agent;
    }

    /** What this agent has. */
    static List<String> of(StoredPool.Agent agent) {
        PoolFacts facts = new PoolFacts(agent);
        facts.add("cluster-size", agent.engine().traits().clusterSize().bytes());
        agent.catalog().committed().forEach(facts::image);
        agent.manifests().quarantines().forEach(facts::quarantine);
        agent.volumes().list().forEach(facts::volume);
        agent.engine().list().forEach(facts::stored);
        if (facts.sharesClusters()) {
            // Volumes that no list shows are among those that take clusters.
            ClearedPool.await(agent.engine());
            PoolUsage usage = agent.engine().usage();
            facts.add("clusters", usage.totalClusters(), "free", usage.freeClusters());
        }
        return facts.lines.stream().sorted().toList();
    }

    private void add(Object... words) {
        lines.add(List.of(words).stream().map(Objects::toString).collect(Collectors.joining(" ")));
    }

    private void image(Image image) {
        Manifest manifest = agent.manifests().read(image.id());
        ManifestHeader header = manifest.header();
        String key = image.key().toString();
        add(key, "id", header.id());
        add(key, "length", header.lengthBytes(), "content", header.contentDigest());
        add(key, "created", header.createdAt(), "sealed", header.sealedAt());
        add(
                key,
                "cluster-size",
                header.footprint().clusterSize().bytes(),
                "clusters",
                header.footprint().allocatedClusters(),
                "zeroes",
                header.footprint().zeroBytesSkipped());
        header.upload().ifPresent(upload -> upload(key, upload));
        header.pointInTime().ifPresent(taken -> taken(key, taken));
        header.poolSource().ifPresent(source -> madeFrom(key, source));
        leaves(key, manifest.leaves());
        if (image.state() instanceof ImageState.Ready) {
            add(key, "ready", "bytes", digest(agent.read(image)));
        } else if (image.state() instanceof ImageState.Quarantined quarantined) {
            add(key, "quarantined", quarantined.code());
        }
    }

    private void upload(String key, Upload upload) {
        add(key, "sent-as", upload.format(), upload.compression(), upload.receivedBytes(), upload.sourceDigest());
        upload.expectedDigest().ifPresent(expected -> add(key, "expected", expected));
    }

    private void taken(String key, PointInTime taken) {
        add(key, "of-volume", taken.volume(), taken.volumeName());
        taken.parent().ifPresent(parent -> add(key, "leaves-from", parent));
    }

    private void madeFrom(String key, PoolSource source) {
        add(key, "made-from", source.kind().wireName(), source.id(), source.name());
        source.parent().ifPresent(parent -> add(key, "leaves-from", parent));
    }

    private void leaves(String key, LeafTable leaves) {
        for (LeafTable.Cursor leaf = leaves.cursor(); leaf.next(); ) {
            add(key, "leaf", leaf.chunk(), leaf.leaf().digest(), Integer.toHexString(leaf.crc32c()));
        }
    }

    private void quarantine(Quarantine quarantine) {
        String key = "quarantine of " + quarantine.id();
        if (quarantine instanceof QuarantineMarker marker) {
            add(key, "called", marker.name(), "at", marker.at());
            add(key, marker.reason(), "findings", marker.findingCount(), marker.message());
            for (FindingLine finding : marker.findings()) {
                add(key, "chunk", finding.chunk(), finding.kind());
            }
        } else {
            add(key, "illegible");
        }
    }

    private void volume(VolumeReport report) {
        String key = "volume/" + report.volume().name();
        add(key, "id", report.volume().id());
        add(key, "created", report.volume().createdAt().orElseThrow());
        add(key, "from", source(report.volume().source()));
        VolumeReport.Extent extent = report.extent().orElseThrow();
        byte[] bytes = agent.read(report.volume().name().toString());
        add(key, word(extent.provisioning()), "length", extent.sizeBytes(), "bytes", digest(bytes));
        if (sharesClusters()) {
            add(key, "own-clusters", extent.allocatedClusters(), "parents", extent.parents());
        }
    }

    private static String source(VolumeLabel.Source source) {
        if (source instanceof VolumeLabel.Source.OfImage image) {
            return "image " + image.id();
        }
        return source instanceof VolumeLabel.Source.OfSnapshot snapshot ? "snapshot " + snapshot.id() : "nothing";
    }

    /** Where data are shared depends on the file system; on SPDK it does not. */
    private boolean sharesClusters() {
        return agent.engine().traits().kind().equals("spdk");
    }

    private void stored(VolumeSummary volume) {
        add(
                "stored",
                volume.name(),
                switch (volume.kind()) {
                    case VOLUME -> "volume";
                    case SNAPSHOT -> "snapshot";
                },
                word(volume.provisioning()),
                volume.sizeBytes());
        if (sharesClusters()) {
            add(
                    "stored",
                    volume.name(),
                    "clusters",
                    agent.engine().allocated(volume.name()).count(),
                    "parent",
                    volume.parent().map(Object::toString).orElse("none"));
        }
    }

    private static String word(Provisioning provisioning) {
        return switch (provisioning) {
            case THIN -> "thin";
            case THICK -> "thick";
        };
    }

    static String digest(byte[] bytes) {
        Sha256 hash = Sha256.create();
        hash.update(ByteBuffer.wrap(bytes));
        return Digest.of(DigestAlgorithm.SHA_256, hash.digest()).toString();
    }
}
