// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fairlead.client.RelayListener;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.SenderDriver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** A listener that takes senders and never dials: docs/protocol, "The control channel". */
@ExtendWith(RelayUnderTest.Extension.class)
class SilentListenerIT {

    private static final String ID = "11111111-1111-1111-1111-111111111111";
    private static final String ASIDE = "fairlead_relay_listeners_aside";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private RelayUnderTest relay;

    @BeforeEach
    void prepare(RelayUnderTest prepared) {
        relay = prepared.with("relay.acceptTimeout=1s");
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void forget() {
        root.detachAppender(log);
    }

    @Test
    void listenerThatNeverDialsIsSetAsideForOthers() {
        ListenerDriver silent = setAside();
        try (RelayListener other =
                Echo.listener(relay.connectionString(), "orders").build()) {
            other.open().join();

            for (int i = 0; i < 30; i++) {
                relay.sender("orders")
                        .connects()
                        .isConnected()
                        .sends("hello")
                        .receives("hello")
                        .close();
            }
        }

        silent.isNotOffered();
        assertThat(relay.meter("fairlead_relay_listeners_set_aside_total")).isEqualTo(1);
    }

    @Test
    void operatorIsToldOnceWhoAndWhere() {
        ListenerDriver silent = setAside();
        SenderDriver fourth = relay.sender("orders").startsConnecting();
        silent.isOffered(fourth);
        fourth.isRefusedWith(504, "None of the connected listeners");
        silent.startsDialling(handshake -> handshake).readsHead();
        relay.untilMeter(ASIDE, 0);

        assertThat(List.copyOf(log.list))
                .filteredOn(event -> event.getMessage().startsWith("listener set aside"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getLevel()).isEqualTo(Level.WARN);
                    assertThat(event.getKeyValuePairs().toString()).contains(ID, "orders");
                    assertThat(event.getFormattedMessage()).contains("see whether it can reach " + relay.uri());
                });
        assertThat(List.copyOf(log.list))
                .filteredOn(event -> event.getMessage().startsWith("listener dials again"))
                .singleElement()
                .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.INFO));
    }

    @Test
    void onlyListenerIsToldOfSendersAllTheSameAndItsDialBringsItBack() {
        ListenerDriver silent = setAside();

        SenderDriver sender = relay.sender("orders").startsConnecting();
        silent.isOffered(sender);
        silent.dials();

        sender.isConnected();
        relay.untilMeter(ASIDE, 0);
    }

    @Test
    void dialThatComesTooLateIsRefusedAndBringsTheListenerBack() {
        ListenerDriver slow = setAside();

        assertThat(slow.startsDialling(handshake -> handshake).readsHead().status())
                .isEqualTo(400);

        relay.untilMeter(ASIDE, 0);
    }

    @Test
    void listenerThatLeavesIsSetAsideNoMore() {
        setAside().loses();

        relay.untilNobodyListens();
        relay.untilMeter(ASIDE, 0);
    }

    @Test
    void sendersThatGiveUpEarlySetNobodyAside() {
        ListenerDriver listener = relay.listener("orders").online();
        for (int i = 0; i < 5; i++) {
            SenderDriver sender = relay.sender("orders").startsConnecting();
            listener.isOffered(sender);
            sender.givesUp();
        }

        relay.untilMeter("fairlead_relay_senders_waiting", 0);
        assertThat(relay.meter("fairlead_relay_listeners_set_aside_total")).isZero();
    }

    private ListenerDriver setAside() {
        ListenerDriver silent = relay.listener("orders").withId(ID).online();
        List<SenderDriver> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            SenderDriver sender = relay.sender("orders").startsConnecting();
            silent.isOffered(sender);
            senders.add(sender);
        }
        senders.forEach(sender -> sender.isRefusedWith(504, "None of the connected listeners"));
        relay.untilMeter(ASIDE, 1);
        return silent;
    }
}
