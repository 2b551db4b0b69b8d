// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Handshake;
import dev.fairlead.testkit.RawWebSocket;
import dev.fairlead.testkit.ResponseHead;
import dev.fairlead.testkit.WireFrame;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A listener that comes, serves each sender as the sender's query says, renews its token or does not, and leaves in one
 * way or another.
 *
 * @param guests runs what is done for one sender
 * @param goesOn whether to stay
 */
record Host(URI relay, String path, Executor guests, BooleanSupplier goesOn) {

    private static final Pattern TARGET = Pattern.compile("\"address\":\"[a-z]+:(?:\\\\?/){2}[^/\\\\]+([^\"]*)\"");
    private static final List<Leaving> WAYS = List.of(Leaving.values());
    private static final Pattern VISIT = Pattern.compile("[?&]visit=([a-z_]+)");

    private enum Leaving {
        IN_ORDER,
        ABORT,
        VANISH,
        EXPIRE,
        FORGE,
        NEVER_LET_IN
    }

    /** Comes once, and fails if it goes otherwise than it may. */
    void listen(Random random) {
        Leaving leaving = WAYS.get(random.nextInt(WAYS.size()));
        Duration life = leaving == Leaving.EXPIRE ? Duration.ofSeconds(4) : Duration.ofMinutes(5);
        try (RawWebSocket control = RawWebSocket.dial(relay)) {
            if (leaving == Leaving.NEVER_LET_IN) {
                ResponseHead head = control.asks(listening(SoakedServer.forgedToken()));
                assertThat(head.status()).as("%s", head).isEqualTo(401);
                return;
            }
            control.upgrades(listening(SoakedServer.token(life)));
            serve(control, leaving == Leaving.EXPIRE ? Integer.MAX_VALUE : 1 + random.nextInt(60));
            leave(control, leaving);
        }
    }

    private Handshake listening(String token) {
        return Handshake.to("/$hc/" + path + "?sb-hc-action=listen").with("ServiceBusAuthorization", token);
    }

    /** Until it has seen that many frames, pings among them; or was dismissed, for whatever it did with its token. */
    private void serve(RawWebSocket control, int frames) {
        for (int i = 0; i < frames && goesOn.getAsBoolean(); i++) {
            WireFrame frame = control.receives();
            switch (frame.opcode()) {
                case WireFrame.PING -> {
                    control.sends(WireFrame.of(WireFrame.PONG, frame.payload()));
                    if (frames < Integer.MAX_VALUE) {
                        renew(control, SoakedServer.token(Duration.ofMinutes(5)));
                    }
                }
                case WireFrame.TEXT -> guests.execute(() -> receive(frame.text()));
                case WireFrame.CLOSE -> {
                    assertThat(frame.closeCode()).as("%s", frame).isEqualTo(1008);
                    return;
                }
                default -> throw new AssertionError("a listener was sent " + frame);
            }
        }
    }

    private static void renew(RawWebSocket control, String token) {
        control.sends(WireFrame.text("{\"renewToken\":{\"token\":\"" + token + "\"}}"));
    }

    private void leave(RawWebSocket control, Leaving leaving) {
        switch (leaving) {
            case IN_ORDER -> {
                control.sends(WireFrame.close(1000, ""));
                while (control.receives().opcode() != WireFrame.CLOSE) {
                    // senders of whom it is too late to tell
                }
            }
            case ABORT -> control.aborts();
            case VANISH -> control.readsToTheEnd();
            case FORGE -> {
                renew(control, SoakedServer.forgedToken());
                WireFrame last = control.receives();
                while (last.opcode() != WireFrame.CLOSE) {
                    last = control.receives();
                }
                assertThat(last.closeCode()).as("%s", last).isEqualTo(1008);
            }
            case EXPIRE, NEVER_LET_IN -> {}
        }
    }

    /** Whether all goes well is for the sender to judge: it may be gone at any moment. */
    private void receive(String accept) {
        Matcher address = TARGET.matcher(accept);
        assertThat(address.find()).as(accept).isTrue();
        String target = address.group(1).replace("\\/", "/");
        Matcher visit = VISIT.matcher(target);
        assertThat(visit.find()).as(accept).isTrue();
        try {
            switch (visit.group(1)) {
                case "silence" -> {}
                case "reject" -> {
                    try (RawWebSocket refusal = RawWebSocket.dial(relay)) {
                        refusal.asks(Handshake.to(target + "&sb-hc-statusCode=418&sb-hc-statusDescription=teapot"));
                    }
                }
                default -> echo(target);
            }
        } catch (AssertionError | UncheckedIOException senderIsGone) {
            // nothing is owed to it
        }
    }

    private void echo(String target) {
        try (RawWebSocket rendezvous = RawWebSocket.dial(relay)) {
            if (rendezvous.asks(Handshake.to(target)).status() != 101) {
                return;
            }
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            while (true) {
                WireFrame frame = rendezvous.receivesButNoPings();
                if (frame.opcode() == WireFrame.CLOSE) {
                    rendezvous.sends(WireFrame.of(WireFrame.CLOSE, frame.payload()));
                    return;
                }
                message.writeBytes(frame.payload());
                if (frame.isFinal()) {
                    rendezvous.sends(WireFrame.binary(message.toByteArray()));
                    message.reset();
                }
            }
        }
    }
}
