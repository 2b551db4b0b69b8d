// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainSpeechTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();

    private PlainSpeechTest() {
        channel.pipeline().addLast("plain-speech", new PlainSpeech(List.of("tls", "gone already")));
        channel.pipeline().addLast("tls", new ChannelInboundHandlerAdapter());
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    @Test
    void handshakeIsLetThroughAndSpeechIsWatchedNoMore() {
        ByteBuf hello = bytes("\u0016\u0003\u0001");

        channel.writeInbound(hello);

        assertThat(channel.pipeline().names()).contains("tls").doesNotContain("plain-speech");
        ByteBuf passed = channel.readInbound();
        assertThat(passed).isSameAs(hello);
        hello.release();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "P", "CONNECT x", "Z"})
    void plainHttpIsRefusedWithNothingOfTlsInTheWayOfTheAnswer(String request) {
        ByteBuf plain = bytes(request);

        assertThatThrownBy(() -> channel.writeInbound(plain.retain()))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.answer().refusal()).isEqualTo(Refusal.TLS_EXPECTED));
        assertThat(channel.pipeline().names()).doesNotContain("tls", "plain-speech");
        assertThat(plain.refCnt()).isEqualTo(1);
        plain.release();
    }

    @Test
    void emptyReadSaysNothing() {
        channel.writeInbound(Unpooled.buffer(1));

        assertThat(channel.pipeline().names()).contains("plain-speech", "tls");
        ((ByteBuf) channel.readInbound()).release();
    }
}
