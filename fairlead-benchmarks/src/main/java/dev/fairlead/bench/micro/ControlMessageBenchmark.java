// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.micro;

import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.control.ControlMessages;
import dev.fairlead.protocol.control.RemoteEndpoint;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The message that tells a listener of a sender: written once for each meeting, read once by the SDK. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ControlMessageBenchmark {

    private final ControlMessage message = new ControlMessage.Accept(
            "wss://relay.example.com/$hc/orders?sb-hc-action=accept&sb-hc-id=0f8fad5b-d9cb-469f-a165-70867728950e_G1",
            "0f8fad5b-d9cb-469f-a165-70867728950e_G1",
            Map.of(
                    "Host", "relay.example.com",
                    "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version", "13",
                    "Upgrade", "websocket"),
            new RemoteEndpoint("192.0.2.7", 50_123));
    private final String text = ControlMessages.encode(message);

    /** {@return the text} */
    @Benchmark
    public String write() {
        return ControlMessages.encode(message);
    }

    /** {@return the message} */
    @Benchmark
    public ControlMessage read() {
        return ControlMessages.decode(text);
    }
}
