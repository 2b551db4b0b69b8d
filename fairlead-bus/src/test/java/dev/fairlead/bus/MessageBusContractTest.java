// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the package promises of every bus, by the numbers of its comment. A bus that cannot keep a sentence overrides it
 * without {@code @Test}, says why, and states what it does instead.
 */
public abstract class MessageBusContractTest {

    private static final Duration PATIENCE = Listener.PATIENCE;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** For the tests of each bus. */
    protected MessageBusContractTest() {}

    /** {@return one more way to the bus under test, which is there; the test closes it} */
    protected abstract MessageBus connect(HeldTerms terms) throws Exception;

    /** {@return one more way to the bus under test, on the usual terms} */
    protected final MessageBus connect() throws Exception {
        return connectOn(HeldTerms.DEFAULT);
    }

    private MessageBus connectOn(HeldTerms terms) throws Exception {
        return closing(connect(terms));
    }

    /** {@return what is closed at the test's end, the last one first} */
    protected final <T extends AutoCloseable> T closing(T one) {
        opened.push(one);
        return one;
    }

    /** {@return a member, closed at the test's end} */
    protected final Listener listener(MessageBus bus, String name, String... types) {
        return closing(Listener.on(bus, name, types));
    }

    private Listener listener(
            MessageBus bus, Member.Reach reach, String name, Listener.Reaction reaction, String... types) {
        return closing(Listener.of(bus, reach, name, reaction, types));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    // 1: to each name

    @Test
    void eachNameThatWantsATypeIsTold() throws Exception {
        Listener first = listener(connect(), "First", "news");
        Listener second = listener(connect(), "Second", "news", "other");
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("news", "rain");

        assertThat(first.hears("news")).isEqualTo("rain");
        assertThat(second.hears("news")).isEqualTo("rain");
    }

    @Test
    void whoWantsOtherTypesIsNotTold() throws Exception {
        Listener other = listener(connect(), "Other", "other");
        Listener reader = listener(connect(), "Reader", "news");
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("news", 1L);
        publisher.published("other", 2L);

        assertThat(reader.hears("news")).isEqualTo(1L);
        assertThat(other.hears("other")).isEqualTo(2L);
    }

    @Test
    void oneOfTheInstancesThatShareANameIsTold() throws Exception {
        Listener one = listener(connect(), "Worker", "work");
        Listener another = listener(connect(), "Worker", "work");
        Listener publisher = listener(connect(), "Publisher");
        List<Object> work =
                IntStream.range(0, 50).<Object>mapToObj(Long::valueOf).toList();

        work.forEach(item -> publisher.published("work", item));
        publisher.published("work", "last");
        List<Object> done = new ArrayList<>();
        while (done.size() < work.size() + 1) {
            one.hasHeard().forEach(message -> done.add(message.content().value()));
            another.hasHeard().forEach(message -> done.add(message.content().value()));
            Thread.onSpinWait();
        }

        assertThat(done).contains("last").containsAll(work).doesNotHaveDuplicates();
    }

    @Test
    void eachInstanceIsToldIfItAskedForThat() throws Exception {
        Listener one = listener(connect(), Member.Reach.EVERY_INSTANCE, "Gateway", (message, self) -> {}, "net-send");
        Listener another =
                listener(connect(), Member.Reach.EVERY_INSTANCE, "Gateway", (message, self) -> {}, "net-send");
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("net-send", "all");

        assertThat(one.hears("net-send")).isEqualTo("all");
        assertThat(another.hears("net-send")).isEqualTo("all");
    }

    @Test
    void whoWantsWhatItPublishesHearsItself() throws Exception {
        Listener echo = listener(connect(), "Echo", "call");

        echo.published("call", "hello");

        assertThat(echo.hears("call")).isEqualTo("hello");
    }

    @Test
    void messagesArriveAsTheyWere() throws Exception {
        Listener reader = listener(connect(), "Reader", "odd type. *>");
        Listener publisher = listener(connect(), "Publisher");
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("text", "grüße \"at\" once\n\u2028");
        content.put("none", null);
        content.put("list", List.of(1L, -2.5, true, List.of(), Map.of()));
        BusMessage sent = new BusMessage(
                "odd type. *>",
                "uuid 1",
                "uuid 0",
                new Sender.Client(new Address("127.0.0.1", 4711), "älice"),
                Content.of(content));

        Listener.ended(publisher.membership().publish(sent));

        assertThat(reader.hears()).isEqualTo(sent);
    }

    // 2: one at a time, in order

    @Test
    void onePublishersMessagesAreHeardInTheirOrder() throws Exception {
        Listener reader = listener(connect(), "Reader", "even", "odd");
        Listener publisher = listener(connect(), "Publisher");
        List<Object> numbers =
                IntStream.range(0, 500).<Object>mapToObj(Long::valueOf).toList();

        List<CompletableFuture<Void>> published = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i++) {
            published.add(publisher.publishes(i % 2 == 0 ? "even" : "odd", numbers.get(i)));
        }

        published.forEach(Listener::ended);
        assertThat(reader.hears(numbers.size())).isEqualTo(numbers);
    }

    @Test
    void messagesAreHeardOneAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Listener reader = listener(
                connect(),
                Member.Reach.ONE_INSTANCE,
                "Reader",
                (message, self) -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                },
                "left",
                "right");
        Listener left = listener(connect(), "Left");
        Listener right = listener(connect(), "Right");

        for (int i = 0; i < 100; i++) {
            var unusedLeft = left.publishes("left", i);
            var unusedRight = right.publishes("right", i);
        }

        assertThat(reader.hears(200)).hasSize(200);
        assertThat(most).hasValue(1);
    }

    // 3: answers

    @Test
    void answerCompletesTheRequestAndTheHandlerHearsNothingOfIt() throws Exception {
        Listener asker = listener(connect(), "Asker", "marker");
        answering(connect());

        BusMessage answer =
                Listener.ended(asker.membership().request(asker.message("sum-request", List.of(1, 2)), PATIENCE));
        asker.published("marker", "");

        assertThat(answer.type()).isEqualTo("sum-response");
        assertThat(answer.content().value()).isEqualTo("3");
        assertThat(asker.hears().type()).isEqualTo("marker");
    }

    @Test
    void answerToAPublishedQuestionGoesToWhoAskedWhateverItWants() throws Exception {
        Listener asker = listener(connect(), "Asker");
        answering(connect());
        BusMessage question = asker.message("sum-request", List.of(1, 2));

        Listener.ended(asker.membership().publish(question));

        BusMessage answer = asker.hears();
        assertThat(answer.responseUuid()).isEqualTo(question.uuid());
        assertThat(answer.content().value()).isEqualTo("3");
    }

    @Test
    void onlyTheFirstAnswerGoesToWhoAsked() throws Exception {
        Listener asker = listener(connect(), "Asker", "marker");
        Listener service = listener(connect(), "Service", "sum-request");
        BusMessage question = asker.message("sum-request", "");

        Listener.ended(asker.membership().publish(question));
        BusMessage heard = service.hears();
        for (String content : List.of("first", "second")) {
            Listener.ended(
                    service.membership().publish(heard.answer("sum-response", service.sender(), Content.of(content))));
        }
        service.published("marker", "");

        assertThat(asker.hears("sum-response")).isEqualTo("first");
        assertThat(asker.hears("marker")).isEqualTo("");
    }

    @Test
    void whoWantsTheTypeHearsTheAnswerToo() throws Exception {
        Listener asker = listener(connect(), "Asker");
        Listener witness = listener(connect(), "Witness", "sum-response");
        answering(connect());

        BusMessage answer =
                Listener.ended(asker.membership().request(asker.message("sum-request", List.of(1, 2)), PATIENCE));

        assertThat(witness.hears()).isEqualTo(answer);
    }

    @Test
    void whoAskedAndWantsTheTypeHearsTheAnswerOnce() throws Exception {
        Listener asker = listener(connect(), "Asker", "sum-response", "marker");
        Listener service = listener(connect(), "Service", "sum-request");
        BusMessage question = asker.message("sum-request", "");

        Listener.ended(asker.membership().publish(question));
        Listener.ended(service.membership()
                .publish(service.hears().answer("sum-response", service.sender(), Content.of("once"))));
        service.published("marker", "");

        assertThat(asker.hears("sum-response")).isEqualTo("once");
        assertThat(asker.hears("marker")).isEqualTo("");
    }

    @Test
    void whatAClientAskedIsAnsweredByNoBus() throws Exception {
        Listener gateway = listener(connect(), "Gateway", "marker");
        Listener service = listener(connect(), "Service", "sum-request");
        Listener witness = listener(connect(), "Witness", "sum-response");
        Sender client = new Sender.Client(new Address("127.0.0.1", 1), Sender.Client.NOT_LOGGED_IN);

        Listener.ended(gateway.membership().publish(BusMessage.of("sum-request", client, Content.NULL)));
        Listener.ended(service.membership()
                .publish(service.hears().answer("sum-response", service.sender(), Content.of("for nobody"))));
        service.published("marker", "");

        assertThat(witness.hears("sum-response")).isEqualTo("for nobody");
        assertThat(gateway.hears("marker")).isEqualTo("");
    }

    @Test
    void questionThatNobodyAnswersFails() throws Exception {
        Listener asker = listener(connect(), "Asker");
        Listener silent = listener(connect(), "Silent", "sum-request");

        CompletableFuture<BusMessage> answer =
                asker.membership().request(asker.message("sum-request", ""), Duration.ofMillis(300));

        assertThat(Listener.failure(answer)).isEqualTo(BusException.Reason.UNANSWERED);
        assertThat(silent.hears("sum-request")).isEqualTo("");
    }

    @Test
    void messageThatAsksNothingIsNoQuestion() throws Exception {
        Listener asker = listener(connect(), "Asker");

        assertThatThrownBy(() -> asker.membership().request(asker.message("news", ""), PATIENCE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> asker.membership().request(asker.message("sum-request", ""), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // 4: what nobody wants yet

    @Test
    void messageThatNobodyWantsWaitsForWhoDoes() throws Exception {
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("news", "early");
        Listener late = listener(connect(), "Late", "news");

        assertThat(late.hears("news")).isEqualTo("early");
    }

    @Test
    void messagesOfATypeThatWaitedAreAllHeard() throws Exception {
        Listener publisher = listener(connect(), "Publisher");
        List<Object> numbers =
                IntStream.range(0, 20).<Object>mapToObj(Long::valueOf).toList();

        numbers.forEach(number -> publisher.published("news", number));
        Listener late = listener(connect(), "Late", "news");

        assertThat(late.hears(numbers.size())).containsExactlyInAnyOrderElementsOf(numbers);
    }

    @Test
    void questionThatWaitedIsAnswered() throws Exception {
        Listener asker = listener(connect(), "Asker");

        CompletableFuture<BusMessage> answer =
                asker.membership().request(asker.message("sum-request", List.of(1, 2)), PATIENCE);
        answering(connect());

        assertThat(Listener.ended(answer).content().value()).isEqualTo("3");
    }

    @Test
    void onlySoManyMessagesWait() throws Exception {
        Listener publisher = listener(connectOn(new HeldTerms(Duration.ofSeconds(30), 2)), "Publisher");

        publisher.published("nobody", 1);
        publisher.published("nobody", 2);

        assertThat(Listener.failure(publisher.publishes("nobody", 3))).isEqualTo(BusException.Reason.BUSY);
    }

    // 5: publishing

    @Test
    void messageThatWasPublishedWellIsHeardEvenIfThePublisherLeaves() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Listener slow = listener(connect(), Member.Reach.ONE_INSTANCE, "Slow", (message, self) -> await(held), "news");
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("news", 1L);
        publisher.published("news", 2L);
        publisher.close();
        held.countDown();

        assertThat(slow.hears(2)).containsExactly(1L, 2L);
    }

    @Test
    void whoHasLeftPublishesNothing() throws Exception {
        Listener publisher = listener(connect(), "Publisher");

        publisher.close();

        assertThat(Listener.failure(publisher.publishes("news", "late"))).isEqualTo(BusException.Reason.CLOSED);
    }

    @Test
    void questionsThatAreOpenFailWhenTheMemberLeaves() throws Exception {
        Listener asker = listener(connect(), "Asker");
        Listener silent = listener(connect(), "Silent", "sum-request");

        CompletableFuture<BusMessage> answer = asker.membership().request(asker.message("sum-request", ""), PATIENCE);
        assertThat(silent.hears("sum-request")).isEqualTo("");
        asker.close();

        assertThat(Listener.failure(answer)).isEqualTo(BusException.Reason.CLOSED);
    }

    @Test
    void busThatIsClosedTakesNoMembers() throws Exception {
        MessageBus bus = connect();

        bus.close();

        assertThatThrownBy(() -> bus.join(new Member("Late", Set.of(), Member.Reach.ONE_INSTANCE), message -> {}))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsInTheInboxIsHeardBeforeTheMemberHasLeft() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Listener slow = listener(connect(), Member.Reach.ONE_INSTANCE, "Slow", (message, self) -> await(held), "news");
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("news", 1L);
        publisher.published("news", 2L);
        CompletableFuture<Void> left = CompletableFuture.runAsync(slow::close);
        held.countDown();
        Listener.ended(left);

        assertThat(slow.hasHeard()).hasSize(2);
    }

    @Test
    void memberMayLeaveWhileItHears() throws Exception {
        CompletableFuture<Void> left = new CompletableFuture<>();
        Listener ignored = listener(
                connect(),
                Member.Reach.ONE_INSTANCE,
                "Leaver",
                (message, self) -> {
                    self.close();
                    left.complete(null);
                },
                "leave");
        Listener publisher = listener(connect(), "Publisher");

        publisher.published("leave", "");

        Listener.ended(left);
    }

    // 6: the bus is there (LosableBusContractTest has the rest)

    @Test
    void busThatIsThereHasNoTrouble() throws Exception {
        assertThat(connect().trouble()).isNull();
    }

    // 7: a handler that fails

    @Test
    void handlerThatFailsHearsTheNextMessage() throws Exception {
        Listener clumsy = listener(
                connect(),
                Member.Reach.ONE_INSTANCE,
                "Clumsy",
                (message, self) -> {
                    Thread.currentThread().interrupt();
                    switch (String.valueOf(message.content().value())) {
                        case "exception" -> throw new IOException("anticipated");
                        case "error" -> throw new StackOverflowError("anticipated");
                        default -> throw new InterruptedException("anticipated");
                    }
                },
                "news");
        Listener publisher = listener(connect(), "Publisher");
        List<Object> faults = List.of("exception", "error", "interrupted", "last");

        faults.forEach(fault -> publisher.published("news", fault));

        assertThat(clumsy.hears(4)).isEqualTo(faults);
    }

    // 8: bounds

    @Test
    void fullInboxMakesThePublisherFail() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        Listener slow = listener(connect(), Member.Reach.ONE_INSTANCE, "Slow", (message, self) -> await(held), "news");
        Listener publisher = listener(connect(), "Publisher");

        List<CompletableFuture<Void>> published = new ArrayList<>();
        for (int i = 0; i < 1_100; i++) {
            published.add(publisher.publishes("news", (long) i));
        }
        long told = published.stream().filter(MessageBusContractTest::endedWell).count();
        held.countDown();

        assertThat(told).isBetween(1_000L, 1_001L); // one is in the handler's hands, or not yet
        assertThat(Listener.failure(published.get(published.size() - 1))).isEqualTo(BusException.Reason.BUSY);
        assertThat(slow.hears((int) told)).hasSize((int) told);
    }

    private static boolean endedWell(CompletableFuture<Void> published) {
        return published
                .handle((done, fault) -> fault == null)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** Adds numbers up for whoever asks. */
    private void answering(MessageBus bus) {
        Listener ignored = listener(
                bus,
                Member.Reach.ONE_INSTANCE,
                "Adder",
                (message, self) -> {
                    long sum = 0;
                    for (Object number : (List<?>) message.content().value()) {
                        sum += ((Number) number).longValue();
                    }
                    self.membership().publish(message.answer("sum-response", self.sender(), Content.of("" + sum)));
                },
                "sum-request");
    }
}
