// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Where the name server is, and how to speak with it and with the bus.
 *
 * @param nameServerHost where the Pyro name server listens; {@code localhost} unless told
 * @param nameServerPort 1 to 65,535; 9090 unless told
 * @param serializer how values are written; {@link Serializer#PICKLE} unless told, as in the original's launcher
 * @param bindHost the address at which the bus calls this program; {@code 127.0.0.1} unless told
 * @param advertisedHost the host that the bus is told to call; {@code localhost} unless told
 * @param port where the bus calls this program: 0 to 65,535; 0, a free one, unless told
 * @param callTimeOut how long a call, a handshake, or a message that has begun may take: 100 ms to 10 min, 10 s unless told
 * @param largestMessage how many bytes a message has at most, either way: 1 KiB to 1 GiB, 16 MiB unless told
 * @param classes the Python classes that messages may hold, and for each the attributes that are read from it, which become a
 *     list; {@link #ORIGINAL_CLASSES} unless told
 * @param logs whether {@code meta.Logger} is told what the original's services tell it; no unless told
 */
public record PyroTerms(
        String nameServerHost,
        int nameServerPort,
        Serializer serializer,
        String bindHost,
        String advertisedHost,
        int port,
        Duration callTimeOut,
        int largestMessage,
        Map<String, List<String>> classes,
        boolean logs) {

    /** How values are written on the wire. All of a deployment use the same. */
    public enum Serializer {
        /** Python's {@code pickle}, which the original's launcher sets. */
        PICKLE,
        /** Literals of Python, which Pyro uses unless told; it carries no {@code Piece}. */
        SERPENT
    }

    /** The classes that the original's services send. */
    public static final Map<String, List<String>> ORIGINAL_CLASSES = Map.of(
            "services.piece.Piece", List.of("piece_id", "block_id", "start", "length", "owner"),
            "services.cursor.Cursor", List.of("piece_id", "offset", "column"));

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** What is so unless told otherwise. */
    public static final PyroTerms DEFAULT = new PyroTerms(
            "localhost",
            9090,
            Serializer.PICKLE,
            "127.0.0.1",
            "localhost",
            0,
            Duration.ofSeconds(10),
            16 << 20,
            ORIGINAL_CLASSES,
            false);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public PyroTerms {
        expect(!nameServerHost.isBlank(), "name server's host", nameServerHost, "a host");
        expect(nameServerPort > 0 && nameServerPort <= 65_535, "name server's port", nameServerPort, "1 to 65,535");
        expect(!bindHost.isBlank(), "bind host", bindHost, "an address of this machine");
        expect(
                advertisedHost.matches("[^\\s@:\\[\\]]+"),
                "advertised host",
                advertisedHost,
                "a host or an IPv4 address");
        expect(port >= 0 && port <= 65_535, "port", port, "0 to 65,535");
        expect(
                callTimeOut.compareTo(SHORTEST) >= 0 && callTimeOut.compareTo(LONGEST) <= 0,
                "call time-out",
                callTimeOut,
                "100 ms to 10 min");
        expect(
                largestMessage >= 1 << 10 && largestMessage <= 1 << 30,
                "largest message",
                largestMessage,
                "1 KiB to 1 GiB");
        classes = Map.copyOf(classes);
        for (String name : classes.keySet()) {
            expect(name.matches("[\\w.]+\\.\\w+"), "class", name, "a module and a name");
        }
    }

    private static void expect(boolean good, String what, Object value, String expected) {
        if (!good) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }

    /** {@return the same, with a name server there} */
    public PyroTerms withNameServer(String host, int itsPort) {
        return new PyroTerms(
                host, itsPort, serializer, bindHost, advertisedHost, port, callTimeOut, largestMessage, classes, logs);
    }

    /** {@return the same, with values written so} */
    public PyroTerms withSerializer(Serializer other) {
        return new PyroTerms(
                nameServerHost,
                nameServerPort,
                other,
                bindHost,
                advertisedHost,
                port,
                callTimeOut,
                largestMessage,
                classes,
                logs);
    }

    /** {@return the same, to be called at this address} */
    public PyroTerms withAddress(String bind, String advertised, int itsPort) {
        return new PyroTerms(
                nameServerHost,
                nameServerPort,
                serializer,
                bind,
                advertised,
                itsPort,
                callTimeOut,
                largestMessage,
                classes,
                logs);
    }

    /** {@return the same, within these limits} */
    public PyroTerms withLimits(Duration timeOut, int largest) {
        return new PyroTerms(
                nameServerHost,
                nameServerPort,
                serializer,
                bindHost,
                advertisedHost,
                port,
                timeOut,
                largest,
                classes,
                logs);
    }

    /** {@return the same, with these classes and no others} */
    public PyroTerms withClasses(Map<String, List<String>> others) {
        return new PyroTerms(
                nameServerHost,
                nameServerPort,
                serializer,
                bindHost,
                advertisedHost,
                port,
                callTimeOut,
                largestMessage,
                others,
                logs);
    }

    /** {@return the same, with a log at {@code meta.Logger} or without} */
    public PyroTerms withLogs(boolean wanted) {
        return new PyroTerms(
                nameServerHost,
                nameServerPort,
                serializer,
                bindHost,
                advertisedHost,
                port,
                callTimeOut,
                largestMessage,
                classes,
                wanted);
    }
}
