// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine;

import io.scrubjay.block.ClusterMap;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Forwards every call; a decorator overrides the calls that it adds something to. As thread-safe as its delegate. */
abstract class ForwardingEngine implements StorageEngine {
    private final StorageEngine delegate;

    ForwardingEngine(StorageEngine delegate) {
        this.delegate = Objects.requireNonNull(delegate);
    }

    final StorageEngine delegate() {
        return delegate;
    }

    @Override
    public EngineTraits traits() {
        return delegate.traits();
    }

    @Override
    public PoolUsage usage() {
        return delegate.usage();
    }

    @Override
    public void proveWritable() {
        delegate.proveWritable();
    }

    @Override
    public List<VolumeSummary> list() {
        return delegate.list();
    }

    @Override
    public List<Unreadable> unreadable() {
        return delegate.unreadable();
    }

    @Override
    public List<Unreadable> incomplete() {
        return delegate.incomplete();
    }

    @Override
    public String place(VolumeName name) {
        return delegate.place(name);
    }

    @Override
    public Optional<VolumeSummary> find(VolumeName name) {
        return delegate.find(name);
    }

    @Override
    public VolumeSummary create(VolumeName name, long sizeBytes, Provisioning provisioning) {
        return delegate.create(name, sizeBytes, provisioning);
    }

    @Override
    public Volume open(VolumeName name, Access access) {
        return delegate.open(name, access);
    }

    @Override
    public ClusterMap allocated(VolumeName name) {
        return delegate.allocated(name);
    }

    @Override
    public ClusterMap differing(VolumeName later, VolumeName earlier) {
        return delegate.differing(later, earlier);
    }

    @Override
    public VolumeSummary resize(VolumeName name, long sizeBytes) {
        return delegate.resize(name, sizeBytes);
    }

    @Override
    public VolumeSummary cut(VolumeName name, long sizeBytes) {
        return delegate.cut(name, sizeBytes);
    }

    @Override
    public VolumeSummary snapshot(VolumeName volume, VolumeName snapshot) {
        return delegate.snapshot(volume, snapshot);
    }

    @Override
    public VolumeSummary seal(VolumeName volume, VolumeName snapshot) {
        return delegate.seal(volume, snapshot);
    }

    @Override
    public VolumeSummary cloneOf(VolumeName snapshot, VolumeName clone) {
        return delegate.cloneOf(snapshot, clone);
    }

    @Override
    public VolumeSummary inflate(VolumeName name) {
        return delegate.inflate(name);
    }

    @Override
    public VolumeSummary decouple(VolumeName name) {
        return delegate.decouple(name);
    }

    @Override
    public VolumeSummary rename(VolumeName from, VolumeName to) {
        return delegate.rename(from, to);
    }

    @Override
    public void delete(VolumeName name) {
        delegate.delete(name);
    }

    @Override
    public Optional<VolumeExports> exports() {
        return delegate.exports();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
