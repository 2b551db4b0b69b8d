// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.RelayListener;
import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.system.interop.Told;
import dev.fairlead.system.interop.Transport;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders of requests that leave before they are answered, and what the SDK's handler hears of it. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
class SdkCancellationIT {

    private static final String PATH = "orders";

    @TempDir
    Path folder;

    @Parameter
    Transport transport;

    private final Told told = new Told();
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = transport.of(prepared, new TestAuthority(folder));
    }

    private RelayListener answering(RequestHandler handler) {
        RelayListener listener = RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                .path(PATH)
                .sslContext(relay.authority().trusting())
                .onRequest(handler)
                .build();
        listener.open().join();
        return listener;
    }

    @Test
    void senderThatLeavesWithinItsAnswerInterruptsTheHandlerAndHasItsActionRun() {
        Told interrupted = new Told();
        try (RelayListener _ = answering(exchange -> {
            exchange.onCancel(() -> told.tell("action"));
            exchange.response().body().write("first".getBytes(StandardCharsets.UTF_8));
            exchange.response().body().flush();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.tell(String.valueOf(exchange.isCancelled()));
                throw e;
            }
        })) {
            HttpSenderDriver sender = relay.http(PATH).gets();
            assertThat(sender.receivesHead().status()).isEqualTo(200);
            sender.receives("first");

            sender.givesUp();

            interrupted.next("true", () -> "");
            told.next("action", () -> "");
        }
    }

    @Test
    void senderThatLeavesWithinItsUploadEndsTheReadingOfIt() {
        try (RelayListener _ = answering(exchange -> {
            try {
                told.tell("read " + exchange.request().body().read());
                exchange.request().body().readAllBytes();
            } catch (IOException e) {
                told.tell("gone " + exchange.isCancelled());
            }
        })) {
            HttpSenderDriver sender = relay.http(PATH).startsPosting(1 << 20);
            sender.sends(new byte[100_000]);
            told.next("read 0", () -> "");

            sender.givesUp();

            told.next("gone true", () -> "");
        }
    }
}
