// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.micro;

import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Mask;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A client's frame as a relay meets it: its header is read, its payload unmasked where it lies, a new header written. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {

    private static final int BINARY = FrameWriter.FINAL | 0x2;

    /** Payload bytes. */
    @Param({"64", "1024", "16384"})
    public int size;

    private final FrameHeaderReader reader = FrameHeaderReader.ofClientFrames();
    private ByteBuffer frame = ByteBuffer.allocateDirect(0);
    private int payload;

    /** Makes the frame, with room for a shorter header in front. */
    @Setup
    public void frame() {
        byte[] bytes = FrameWriter.clientFrame(BINARY, new byte[size], 0, size, 0x5A17_C3E9);
        frame = ByteBuffer.allocateDirect(bytes.length + FrameHeaderReader.MAX_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, bytes);
        payload = bytes.length - size;
    }

    /** {@return where the payload begins} */
    @Benchmark
    public int readHeader() {
        return reader.read(frame, 0, frame.capacity());
    }

    /** {@return the buffer, so that the work is not left out} */
    @Benchmark
    public ByteBuffer unmask() {
        Mask.apply(frame, payload, payload + size, 0x5A17_C3E9, 0);
        return frame;
    }

    /** {@return where the header ends} */
    @Benchmark
    public int writeHeader() {
        return FrameWriter.header(frame, 0, 0x82, size);
    }
}
