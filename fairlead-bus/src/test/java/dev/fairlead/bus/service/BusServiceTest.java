// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Listener;
import dev.fairlead.bus.MessageBus;
import dev.fairlead.bus.Sender;
import dev.fairlead.bus.embedded.EmbeddedBus;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusServiceTest {

    private static final Address ALICE = new Address("127.0.0.1", 4711);

    /** Counts, and tells whoever asks, or everybody. */
    static class Counter extends BusService {
        private long count;

        @MessageType({"count-up", "count-on"})
        public void up(BusMessage message) {
            count++;
        }

        @MessageType("count-request")
        public void count(BusMessage request) {
            answer(request, "count-response", Map.of("count", count));
        }

        @MessageType("count-share")
        public void share(BusMessage message) {
            sendToAll("count", count);
            sendToUsers(List.of("alice"), "count", Content.of(count));
            sendToClients(List.of(ALICE), "count", count);
        }

        @MessageType("relay")
        public void relay(BusMessage message) {
            BusMessage answer = ask("other-request", message.content(), Duration.ofSeconds(10))
                    .join();
            send("relayed", answer.content());
        }
    }

    private final MessageBus bus = new EmbeddedBus();
    private final Listener outside = Listener.on(bus, "Outside", "net-send", "relayed", "other-request");

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void methodsHearTheirTypesAndServicesAreAnswered() {
        new Counter().joinTo(bus);

        outside.published("count-up", "");
        outside.published("count-on", "");
        BusMessage answer = Listener.ended(
                outside.membership().request(outside.message("count-request", ""), Duration.ofSeconds(10)));

        assertThat(answer.type()).isEqualTo("count-response");
        assertThat(answer.sender()).isEqualTo(new Sender.Service("Counter"));
        assertThat(answer.content()).isEqualTo(Content.of(Map.of("count", 2)));
    }

    @Test
    void clientsAreAnsweredThroughTheirGateway() {
        new Counter().joinTo(bus);
        BusMessage request =
                BusMessage.of("count-request", new Sender.Client(ALICE, Sender.Client.NOT_LOGGED_IN), Content.NULL);

        Listener.ended(outside.membership().publish(request));

        Map<String, Object> net = outside.hears().content().object();
        assertThat(net.get("response_addrs")).isEqualTo(List.of(ALICE));
        assertThat(inner(net))
                .containsEntry("type", "count-response")
                .containsEntry("response_uuid", null)
                .containsEntry("sender", "service.Counter")
                .containsEntry("pref_dest", null)
                .containsEntry("content", Map.of("count", 0L));
        assertThat(inner(net).keySet())
                .containsExactly("type", "uuid", "response_uuid", "sender", "pref_dest", "content");
    }

    @Test
    void clientsAreToldByAddressByNameAndAll() {
        new Counter().joinTo(bus);

        outside.published("count-share", "");

        for (Object recipients : Arrays.asList(null, List.of("alice"), List.of(ALICE))) {
            Map<String, Object> net = outside.hears().content().object();
            assertThat(net.get("response_addrs")).isEqualTo(recipients);
            assertThat(inner(net)).containsEntry("type", "count").containsEntry("content", 0L);
        }
    }

    @Test
    void methodMayWaitForWhatItAsksOthers() {
        new Counter().joinTo(bus);

        outside.published("relay", "question");
        BusMessage asked = outside.hears();
        Listener.ended(
                outside.membership().publish(asked.answer("other-response", outside.sender(), Content.of("answer"))));

        assertThat(asked.content().value()).isEqualTo("question");
        assertThat(outside.hears("relayed")).isEqualTo("answer");
    }

    @Test
    void serviceJoinsOnceAndSpeaksOnlyThen() {
        Counter counter = new Counter();

        assertThatThrownBy(() -> counter.send("news", ""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("service: Counter has joined no bus (expected: joinTo first)");
        counter.joinTo(bus);
        assertThatThrownBy(() -> counter.joinTo(bus)).hasMessage("service: Counter has joined before (expected: once)");
        counter.close();
    }

    static class Deaf extends BusService {}

    static class Named extends BusService {
        Named(String name) {
            super(name);
        }

        @MessageType("news")
        public void news(BusMessage message) {}
    }

    static class Twice extends Named {
        Twice() {
            super("");
        }

        @MessageType("news")
        public void again(BusMessage message) {}
    }

    static class Shy extends BusService {
        @MessageType("news")
        void news(BusMessage message) {}
    }

    static class Wordy extends BusService {
        @MessageType("news")
        public String news(BusMessage message) {
            return "";
        }
    }

    static class Greedy extends BusService {
        @MessageType("all")
        public void news(BusMessage message) {}
    }

    @Test
    void servicesThatCannotHearAreToldWhenTheyAreMade() {
        assertThatThrownBy(Deaf::new)
                .hasMessageEndingWith("hears nothing (expected: at least one method with @MessageType)");
        assertThatThrownBy(Twice::new).hasMessageStartingWith("type: news twice, of ");
        assertThatThrownBy(Shy::new).hasMessage("method: news (expected: a public one)");
        assertThatThrownBy(Wordy::new).hasMessage("method: news (expected: void news(BusMessage))");
        assertThatThrownBy(Greedy::new).hasMessageStartingWith("type: all (expected: ");
        assertThatThrownBy(() -> new Named("a b")).hasMessageStartingWith("name: a b (expected: ");
        assertThat(new Named("Other").name()).isEqualTo("Other");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> inner(Map<String, Object> net) {
        return (Map<String, Object>) net.get("msg");
    }
}
