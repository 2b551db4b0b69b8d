// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsPauseTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int reads;

    @BeforeEach
    void standBetweenSocketAndTls() {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                reads++;
            }
        });
        channel.pipeline().addLast(new TlsPause());
    }

    @Test
    void socketThatIsReadIsAskedForMore() {
        channel.read();

        assertThat(reads).isEqualTo(1);
    }

    @Test
    void pausedSocketIsNot() {
        channel.config().setAutoRead(false);

        channel.read();

        assertThat(reads).isZero();
    }

    @Test
    void socketThatIsReadAgainIsAskedAtOnce() {
        channel.config().setAutoRead(false);

        channel.config().setAutoRead(true);

        assertThat(reads).isEqualTo(1);
    }
}
