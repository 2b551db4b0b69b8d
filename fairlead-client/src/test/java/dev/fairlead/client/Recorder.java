// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.websocket.CloseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Remembers what a connection told, in order. */
class Recorder implements ConnectionHandler {

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Override
    public void onOpen(RelayConnection connection) {
        told.add("open");
    }

    @Override
    public void onText(RelayConnection connection, String text) {
        told.add("text " + text);
    }

    @Override
    public void onBinary(RelayConnection connection, byte[] message) {
        told.add("binary " + message.length);
    }

    @Override
    public void onPong(RelayConnection connection, byte[] payload) {
        told.add("pong " + new String(payload, StandardCharsets.UTF_8));
    }

    @Override
    public void onClose(RelayConnection connection, CloseStatus status) {
        told.add("close " + status.code() + " " + status.reason());
    }

    @Override
    public void onLost(RelayConnection connection, RelayException cause) {
        told.add("lost " + cause.getMessage());
    }

    /** The next thing that was told. */
    String next() throws InterruptedException {
        String next = told.poll(FakeRelay.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(next).as("something told in time").isNotNull();
        return next;
    }

    void expects(String... expected) throws InterruptedException {
        for (String one : expected) {
            assertThat(next()).isEqualTo(one);
        }
    }

    void toldNothingMore() {
        assertThat(told).isEmpty();
    }
}
