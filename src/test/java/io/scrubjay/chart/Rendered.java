// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.chart;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What Helm made of the chart. Immutable.
 *
 * @param objects the objects, in Helm's order
 */
record Rendered(List<HasMetadata> objects) {
    Rendered {
        objects = List.copyOf(objects);
    }

    /** @throws IllegalArgumentException when an object is none of Kubernetes', or has a field that it does not have there */
    static Rendered parse(String yaml) {
        return new Rendered(StrictModels.parseAll(yaml));
    }

    <T extends HasMetadata> Optional<T> first(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    <T extends HasMetadata> T only(Class<T> kind) {
        List<T> found =
                objects.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " objects of " + kind.getSimpleName());
        }
        return found.get(0);
    }

    /** One for all nodes, or one for each. */
    List<DaemonSet> daemonSets() {
        return objects.stream()
                .filter(DaemonSet.class::isInstance)
                .map(DaemonSet.class::cast)
                .toList();
    }

    /** The agent's pod, which is the same in every set but for its node: the first set's. */
    PodSpec pod() {
        List<PodSpec> pods = daemonSets().stream()
                .map(set -> set.getSpec().getTemplate().getSpec())
                .toList();
        if (pods.stream().map(Rendered::withoutNode).distinct().count() != 1) {
            throw new IllegalStateException("the pods differ");
        }
        return pods.get(0);
    }

    private static PodSpec withoutNode(PodSpec pod) {
        return new PodSpecBuilder(pod).withNodeSelector(Map.of()).build();
    }

    Container agent() {
        List<Container> containers = pod().getContainers();
        if (containers.size() != 1) {
            throw new IllegalStateException("containers: " + containers.size());
        }
        return containers.get(0);
    }

    /** The agent's mounts: where, and what of. */
    Map<String, Volume> mounts() {
        Map<String, Volume> volumes = pod().getVolumes().stream().collect(Collectors.toMap(Volume::getName, v -> v));
        return agent().getVolumeMounts().stream()
                .collect(Collectors.toMap(VolumeMount::getMountPath, mount -> volumes.get(mount.getName())));
    }

    /** The agent's configuration, as it reads it. */
    Properties configuration() {
        Properties properties = new Properties();
        String text = objects.stream()
                .filter(ConfigMap.class::isInstance)
                .map(map -> ((ConfigMap) map).getData().get("application.properties"))
                .filter(data -> data != null)
                .findFirst()
                .orElseThrow();
        try {
            properties.load(new StringReader(text));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return properties;
    }
}
