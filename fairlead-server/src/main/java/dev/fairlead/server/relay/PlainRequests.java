// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.server.connection.ExchangeEvents;
import dev.fairlead.server.connection.ExchangeService;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.connection.HttpExchange;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import dev.fairlead.server.connection.RelayObserver;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.relay.http.RelayedRequest;
import dev.fairlead.server.relay.http.RequestRoom;
import dev.fairlead.server.relay.listener.HybridConnection;
import dev.fairlead.server.relay.listener.HybridConnections;
import dev.fairlead.server.security.Authorizer;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.security.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The relay's side of every plain HTTP request: who may send it, to which hybrid connection it goes, and what it hears if it
 * goes to none. Safe from any thread; each request is dealt with on its own event loop.
 */
final class PlainRequests implements ExchangeService {

    private final String namespace;
    private final HybridConnections connections;
    private final Authorizer authorizer;
    private final InstantSource clock;
    private final Supplier<RelayConfig> config;
    private final BooleanSupplier stopping;
    private final Supplier<String> ids;
    private final RequestRoom room;
    private final RelayObserver observer;

    /**
     * Serves one namespace.
     *
     * @param namespace its host name
     * @param config what holds at the moment
     * @param stopping whether nobody new is taken
     * @param ids gives ids that nobody can guess
     * @param room where requests are found by those who dial for them
     */
    PlainRequests(
            String namespace,
            HybridConnections connections,
            Authorizer authorizer,
            InstantSource clock,
            Supplier<RelayConfig> config,
            BooleanSupplier stopping,
            Supplier<String> ids,
            RequestRoom room,
            RelayObserver observer) {
        this.namespace = namespace;
        this.connections = connections;
        this.authorizer = authorizer;
        this.clock = clock;
        this.config = config;
        this.stopping = stopping;
        this.ids = ids;
        this.room = room;
        this.observer = observer;
    }

    @Override
    public ExchangeEvents onRequest(HttpExchange exchange) {
        HttpQuestion question = exchange.question();
        RelayTarget target = target(question);
        Instant at = clock.instant();
        // Most requests are not refused.
        Supplier<Tracking> tracking =
                () -> Tracking.of(Optional.ofNullable(target.id()).orElse(""), namespace, target.path(), at);
        if (target.isUnderRelay()) {
            throw refused(tracking.get().refused(Refusal.UPGRADE_REQUIRED), question);
        }
        if (stopping.getAsBoolean()) {
            throw refused(tracking.get().refused(Refusal.DRAINING), question);
        }
        Optional<HybridConnection> serving = connections.serving(target.path());
        if (RuntimeInformation.isAskedFor(question)) {
            describe(exchange, target, serving, tracking);
            return ExchangeEvents.NONE;
        }
        boolean anonymous = serving.isPresent() && serving.get().terms().anonymousSenders();
        boolean authorizationWasCredential = false;
        if (!anonymous) {
            authorizationWasCredential = judged(question, target, Right.SEND, serving, tracking);
        }
        HybridConnection connection =
                serving.orElseThrow(() -> refused(tracking.get().refused(Refusal.ENTITY_UNKNOWN), question));
        if (!connection.terms().http()) {
            throw refused(tracking.get().refused(Refusal.UPGRADE_REQUIRED), question);
        }
        Map<String, String> headers =
                RelayHeaders.requestHeaders(question.headers().lines(), authorizationWasCredential, namespace);
        Duration requestTimeout = Objects.requireNonNullElse(
                connection.terms().requestTimeout(), config.get().requestTimeout());
        RelayedRequest request = new RelayedRequest(
                new RelayedRequest.Ask(
                        ids.get(),
                        target,
                        headers,
                        namespace,
                        requestTimeout,
                        ListenerChoice.of(question.headers()),
                        refusal -> inWords(refusal, tracking)),
                connection,
                exchange,
                room,
                observer);
        return request.begin();
    }

    private RelayTarget target(HttpQuestion question) {
        try {
            return RelayTarget.parse(question.target());
        } catch (InvalidAddress e) {
            Tracking tracking = Tracking.of("", namespace, HybridPath.EMPTY, clock.instant());
            throw new RefusedException(
                    tracking.refused(
                            Refusal.ADDRESS_INVALID, Refusal.ADDRESS_INVALID.status(), String.valueOf(e.getMessage())),
                    question.method());
        }
    }

    /** {@return whether the credential was the {@code Authorization} header} Throws what the request is refused with. */
    private boolean judged(
            HttpQuestion question,
            RelayTarget target,
            Right right,
            Optional<HybridConnection> serving,
            Supplier<Tracking> tracking) {
        Credential credential = Credential.ofPlainRequest(target, question.headers());
        Verdict verdict = authorizer.judge(credential.token(), target.path(), right, RelayService.rulesOf(serving));
        if (verdict instanceof Verdict.Denied denied) {
            throw new RefusedException(
                    tracking.get().denied(denied, config.get().strictCompatibility()), denied.evidence());
        }
        return credential.fromAuthorization();
    }

    private static RefusedException refused(UpgradeAnswer.Refused answer, HttpQuestion question) {
        return new RefusedException(answer, question.method() + " " + question.path());
    }

    /** A listener that was sent away comes back, here or elsewhere. */
    private UpgradeAnswer.Refused inWords(Refusal refusal, Supplier<Tracking> tracking) {
        if (refusal.status() != Refusal.LISTENER_ABSENT.status()) {
            return tracking.get().refused(refusal);
        }
        if (stopping.getAsBoolean()) {
            return tracking.get().refused(Refusal.DRAINING);
        }
        int status = refusal == Refusal.LISTENER_ABSENT ? config.get().noListenerStatus() : refusal.status();
        return tracking.get().refused(refusal, status, refusal.summary());
    }

    private void describe(
            HttpExchange exchange,
            RelayTarget target,
            Optional<HybridConnection> serving,
            Supplier<Tracking> tracking) {
        try {
            boolean _ = judged(exchange.question(), target, Right.MANAGE, serving, tracking);
            HybridConnection connection = serving.filter(one -> one.path().equals(target.path()))
                    .orElseThrow(() -> refused(tracking.get().refused(Refusal.ENTITY_UNKNOWN), exchange.question()));
            answer(exchange, RuntimeInformation.HEAD, RuntimeInformation.of(connection, namespace));
        } catch (RefusedException refused) {
            UpgradeAnswer.Refused why = refused.answer();
            answer(exchange, RuntimeInformation.headOf(why), RuntimeInformation.of(why));
        }
    }

    private static void answer(HttpExchange exchange, HttpAnswer head, String page) {
        ByteBuf bytes = Unpooled.copiedBuffer(page, StandardCharsets.UTF_8);
        exchange.respond(head, OptionalLong.of(bytes.readableBytes()));
        exchange.write(bytes);
        exchange.end();
    }
}
