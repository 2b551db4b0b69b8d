// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a contender holds in memory at a moment, after it was told to collect its garbage.
 *
 * @param resident bytes of all its processes
 * @param heap bytes used of the Java heap; empty if it has none
 */
record Memory(long resident, OptionalLong heap) {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SETTLING = Duration.ofMillis(500);
    private static final Pattern USED = Pattern.compile("\\bused (\\d+)K");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** Collects garbage where there is a collector, and looks. */
    static Memory of(Contender contender, Children children) {
        String pid = String.valueOf(contender.process().process().pid());
        OptionalLong heap = OptionalLong.empty();
        switch (contender.candidate()) {
            case FAIRLEAD,
                    SDK_LISTENER,
                    GATEWAY,
                    GATEWAY_CALLBACKS,
                    MESH_GATEWAY,
                    AMQP_CLIENT,
                    EMBEDDED_BUS_GATEWAY,
                    NATS_BUS_GATEWAY,
                    PYRO_BUS_GATEWAY -> {
                String jcmd =
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
                var _ = children.run("jcmd", List.of(jcmd, pid, "GC.run"), LIMIT);
                Children.pause(SETTLING);
                heap = OptionalLong.of(heapUsed(children.run("jcmd", List.of(jcmd, pid, "GC.heap_info"), LIMIT)));
            }
            case NODE, NODE_GATEWAY -> {
                var _ = children.run("kill", List.of("kill", "-USR2", pid), LIMIT);
                Children.pause(SETTLING);
            }
            case DIRECT,
                    CRELAY,
                    NGINX,
                    HAPROXY,
                    C_LISTENER,
                    SOCAT,
                    FORWARDER,
                    GATEWAY_REFERENCE,
                    PUSHPIN,
                    NODE_MESH_GATEWAY,
                    NODE_BUS_GATEWAY -> Children.pause(SETTLING);
        }
        long resident = contender.process().pids().stream()
                .mapToLong(each -> residentOf(status(each)))
                .sum();
        return new Memory(resident, heap);
    }

    /** {@return the bytes used, as {@code jcmd PID GC.heap_info} tells them; classes are not counted} */
    static long heapUsed(String heapInfo) {
        return heapInfo.lines()
                .filter(line -> !line.contains("Metaspace") && !line.contains("class space"))
                .map(USED::matcher)
                .filter(Matcher::find)
                .mapToLong(used -> Long.parseLong(used.group(1)) * 1_024)
                .sum();
    }

    /** {@return the resident bytes that {@code /proc/PID/status} tells; 0 if the process is gone} */
    static long residentOf(String status) {
        Matcher resident = RESIDENT.matcher(status);
        return resident.find() ? Long.parseLong(resident.group(1)) * 1_024 : 0;
    }

    private static String status(long pid) {
        Path file = Path.of("/proc", String.valueOf(pid), "status");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
