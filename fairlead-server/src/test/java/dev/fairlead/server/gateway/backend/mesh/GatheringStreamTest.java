// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatheringStreamTest {

    private final List<String> written = new ArrayList<>();
    private final GatheringStream stream = new GatheringStream(new OutputStream() {
        @Override
        public void write(int one) {
            throw new AssertionError("bytes are written together");
        }

        @Override
        public void write(byte[] bytes, int offset, int count) {
            if (count > 0) {
                written.add(new String(bytes, offset, count, StandardCharsets.US_ASCII));
            }
        }
    });

    private void says(String text) throws IOException {
        stream.write(text.getBytes(StandardCharsets.US_ASCII));
        stream.flush();
    }

    @Test
    void flushWritesWhileNothingIsHeld() throws IOException {
        says("one");
        stream.write('2');
        stream.flush();

        assertThat(written).containsExactly("one", "2");
    }

    @Test
    void whatIsHeldLeavesTogetherWhenItIsReleased() throws IOException {
        stream.hold();
        says("one");
        says("two");
        assertThat(written).isEmpty();

        stream.release();
        says("three");

        assertThat(written).containsExactly("onetwo", "three");
    }

    @Test
    void moreThanCanBeHeldLeavesInOrder() throws IOException {
        String most = "x".repeat(GatheringStream.MOST_BYTES);
        stream.hold();
        says("one");
        says(most);
        says(most + "y");
        says("two");

        assertThat(written).containsExactly("one", most, most + "y");
        stream.release();
        assertThat(written).hasSize(4).endsWith("two");
    }
}
