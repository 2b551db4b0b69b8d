// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.Locale;

/** What a number of the results is, and in which unit. */
enum Figure {
    /** Messages that came back, each second. */
    MESSAGES_PER_SECOND,
    /** The time until a message came back that half of them did not exceed, in microseconds. */
    P50_MICROS,
    /** As {@link #P50_MICROS}, for 99 of 100. */
    P99_MICROS,
    /** As {@link #P50_MICROS}, for 999 of 1,000. */
    P999_MICROS,
    /** Seconds of CPU outside the kernel for a million messages there and back. */
    USER_PER_MILLION,
    /** Seconds of CPU in the kernel for a million messages there and back. */
    SYSTEM_PER_MILLION,
    /** Seconds of CPU outside the kernel for 10^9 bytes of payload there and back. */
    USER_PER_GB,
    /** Seconds of CPU in the kernel for 10^9 bytes of payload there and back. */
    SYSTEM_PER_GB,
    /** CPU for the same work as a multiple of what the candidate that one compares with needed in the same round. */
    CPU_RATIO,
    /** Connections each second that were opened, upgraded and closed. */
    CONNECTIONS_PER_SECOND,
    /** Microseconds of CPU outside the kernel for a connection. */
    USER_MICROS_PER_CONNECTION,
    /** Microseconds of CPU in the kernel for a connection. */
    SYSTEM_MICROS_PER_CONNECTION,
    /** The share of connections that resumed an earlier TLS session, 0 to 1. */
    RESUMED_SHARE,
    /** HTTP requests that were answered, each second. */
    REQUESTS_PER_SECOND,
    /** Microseconds of CPU outside the kernel for an HTTP request. */
    USER_MICROS_PER_REQUEST,
    /** Microseconds of CPU in the kernel for an HTTP request. */
    SYSTEM_MICROS_PER_REQUEST,
    /** Seconds of CPU outside the kernel for 10^9 bytes of payload or body that were passed on, whichever way they went. */
    USER_PER_RELAYED_GB,
    /** Seconds of CPU in the kernel for 10^9 bytes of payload or body that were passed on, whichever way they went. */
    SYSTEM_PER_RELAYED_GB,
    /** CPU for each relayed byte as a multiple of what the candidate's WebSocket path needed in the same round. */
    WEBSOCKET_RATIO,
    /** 10^9 bytes of a TCP stream that arrived, each second. */
    STREAMED_GB_PER_SECOND,
    /** Seconds of CPU outside the kernel for 10^9 bytes of a TCP stream. */
    USER_PER_STREAMED_GB,
    /** Seconds of CPU in the kernel for 10^9 bytes of a TCP stream. */
    SYSTEM_PER_STREAMED_GB,
    /** How fast a TCP stream was as a multiple of how fast it was through socat in the same round. */
    SOCAT_RATIO,
    /** Round trips each second in a mesh as a multiple of those of a client without a gateway in the same round. */
    CLIENT_RATIO,
    /** How many pairs stood idle. */
    PAIRS,
    /** Bytes of resident memory that an idle pair adds, after a full collection. */
    RESIDENT_BYTES_PER_PAIR,
    /** Bytes of Java heap that an idle pair adds, after a full collection. */
    HEAP_BYTES_PER_PAIR;

    /** {@return its name in the results} */
    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the figure of a name}
     *
     * @throws IllegalArgumentException if there is none
     */
    static Figure of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}
