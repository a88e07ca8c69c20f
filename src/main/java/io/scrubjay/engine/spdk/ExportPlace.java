// SPDX-License-Identifier: Apache-2.0
package io.scrubjay.engine.spdk;

import io.scrubjay.engine.EngineException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that exports are possible as configured, and do not admit strangers. Called before a pool is opened, so that
 * the start fails and not the first export. Stateless.
 */
final class ExportPlace {
    private static final System.Logger LOG = System.getLogger(ExportPlace.class.getName());
    private static final String KEYS = "scrubjay.spdk.export.";
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private ExportPlace() {}

    /** @throws EngineException.PoolUnusable when exports are not possible as configured, or would admit strangers */
    static void require(ExportOptions options) {
        InetAddress address = address(options.address());
        requireKnownHosts(options, address);
        requireKeys(options);
        requireFree(address, options);
    }

    private static InetAddress address(String text) {
        // Any other text would be looked up as a host name.
        boolean literal = text.matches("[0-9]+(\\.[0-9]+){3}") || text.matches("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
        try {
            InetAddress address = InetAddress.getByName(literal ? text : "");
            if (literal && !address.isAnyLocalAddress()) {
                return address;
            }
        } catch (IOException none) {
            // Refused below.
        }
        throw refuse(
                KEYS + "address=" + text + " is not one address of this node",
                "set it to the IPv4 or IPv6 address at which hosts are to connect");
    }

    /** Admits nobody from other machines by name alone, unless the administrator allows it. */
    private static void requireKnownHosts(ExportOptions options, InetAddress address) {
        if (options.hostKey().isPresent() || address.isLoopbackAddress()) {
            return;
        }
        switch (options.keyless()) {
            case REFUSED ->
                throw refuse(
                        KEYS + "address=" + options.address()
                                + " can be reached from other machines, where anybody who knows the name of an"
                                + " allowed host could read and change exported volumes",
                        "set " + KEYS + "host-key-file, or accept the risk with " + KEYS + "insecure=true");
            case ADMITTED ->
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0}insecure=true: anybody who reaches {1} and knows the name of an allowed host can read"
                                + " and change exported volumes",
                        KEYS,
                        options.address());
        }
    }

    /** @throws EngineException.PoolUnusable when SPDK would not accept one of the files */
    static void requireKeys(ExportOptions options) {
        options.hostKey().ifPresent(file -> requireKey(KEYS + "host-key-file", file));
        options.controllerKey().ifPresent(file -> requireKey(KEYS + "controller-key-file", file));
    }

    private static void requireKey(String setting, Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw refuse(
                    setting + "=" + file + " is no file that the agent can read", "make it, or correct the setting");
        }
        try {
            if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
                throw refuse(setting + "=" + file + " can be used by others than its owner", "chmod 600 " + file);
            }
        } catch (IOException | UnsupportedOperationException unknown) {
            throw refuse(setting + "=" + file + " has no mode that can be read", "keep it on a local file system");
        }
    }

    private static void requireFree(InetAddress address, ExportOptions options) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, options.port()));
        } catch (IOException | IllegalArgumentException taken) {
            // Right after a boot the address may not be assigned yet, and an earlier agent may not have ended.
            throw EngineException.PoolUnusable.inUse(
                    "exports cannot listen on " + options.address() + " port " + options.port() + ": "
                            + taken.getMessage(),
                    "set " + KEYS + "address to an address of this node, and " + KEYS + "port to a free port");
        }
    }

    private static EngineException.PoolUnusable refuse(String reason, String remedy) {
        return new EngineException.PoolUnusable(reason, remedy, Optional.empty());
    }
}
