// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway;

import dev.fairlead.protocol.websocket.CloseStatus;
import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.connection.ExchangeEvents;
import dev.fairlead.server.connection.GatewayObserver;
import dev.fairlead.server.connection.HttpCaller;
import dev.fairlead.server.connection.PartingWindow;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.Route;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.gateway.authentication.Anybody;
import dev.fairlead.server.gateway.authentication.Authentication;
import dev.fairlead.server.gateway.authentication.AuthenticationConfig;
import dev.fairlead.server.gateway.authentication.JsonWebTokens;
import dev.fairlead.server.gateway.authentication.JwtConfig;
import dev.fairlead.server.gateway.authentication.KnownTokens;
import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.Loopback;
import dev.fairlead.server.gateway.backend.UnusableBackend;
import dev.fairlead.server.gateway.backend.bus.BusBackend;
import dev.fairlead.server.gateway.backend.bus.BusBackendConfig;
import dev.fairlead.server.gateway.backend.http.CallbackAddress;
import dev.fairlead.server.gateway.backend.http.Callbacks;
import dev.fairlead.server.gateway.backend.http.HttpBackend;
import dev.fairlead.server.gateway.backend.http.HttpBackendConfig;
import dev.fairlead.server.gateway.backend.mesh.MeshBackend;
import dev.fairlead.server.gateway.backend.mesh.MeshBackendConfig;
import dev.fairlead.server.gateway.delivery.DeadLetters;
import dev.fairlead.server.gateway.delivery.DeliveryLine;
import dev.fairlead.server.gateway.delivery.Gate;
import dev.fairlead.server.gateway.session.Sessions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The gateway of one server. Safe from any thread. */
public final class GatewayService implements AutoCloseable {

    private static final CloseStatus STOPPING = CloseStatus.clipped(CloseStatus.GOING_AWAY, "The gateway is stopping");
    private static final String DEAD_LETTERS = "dead-letters.jsonl";

    private final List<Endpoint> endpoints = new ArrayList<>();
    private final Sessions sessions = new Sessions();
    private final DeadLetters deadLetters;
    private final @Nullable Callbacks callbacks;

    /**
     * Makes the endpoints, which take clients as soon as their {@linkplain #routes() routes} are asked.
     *
     * @param dataDirectory where dead letters are kept unless told
     * @param clock tells when credentials end
     * @param firstAddress what is listened on first, once it is known
     * @param callers make what calls other servers
     * @throws UnusableBackend if a backend cannot begin
     */
    public GatewayService(
            GatewayConfig config,
            Path dataDirectory,
            InstantSource clock,
            GatewayObserver observer,
            Supplier<URI> firstAddress,
            Function<CallerTerms, HttpCaller> callers) {
        Path letters = config.deadLetters().file();
        this.deadLetters = new DeadLetters(
                letters == null ? dataDirectory.resolve(DEAD_LETTERS) : letters,
                config.deadLetters().maxSize().bytes(),
                clock);
        this.callbacks = config.servesCallbacks() ? new Callbacks(sessions, config.callbacks()) : null;
        CallbackAddress address = new CallbackAddress(config.externalUri(), firstAddress);
        try {
            begin(config, address, clock, observer, callers);
        } catch (RuntimeException fault) {
            close();
            throw fault;
        }
    }

    private void begin(
            GatewayConfig config,
            CallbackAddress address,
            InstantSource clock,
            GatewayObserver observer,
            Function<CallerTerms, HttpCaller> callers) {
        for (EndpointConfig one : config.endpoints()) {
            Backend backend =
                    switch (one.backend()) {
                        case BackendConfig.Loopback(String reply) -> new Loopback(reply);
                        case BackendConfig.Http(HttpBackendConfig terms) ->
                            new HttpBackend(terms, address, callers, clock);
                        case BackendConfig.Mesh(MeshBackendConfig terms) ->
                            MeshBackend.begin(terms, one.path(), sessions);
                        case BackendConfig.Bus(BusBackendConfig terms) ->
                            BusBackend.begin(
                                    terms, one.path(), one.authentication().knowsUsers());
                    };
            Gate gate = new Gate(one.path(), one.delivery().setAsideAfter(), System::nanoTime, observer);
            DeliveryLine.Terms delivery =
                    new DeliveryLine.Terms(one.path(), backend, one.delivery(), gate, deadLetters, observer);
            observer.endpointOpened(one.path());
            endpoints.add(new Endpoint(one, authentication(one.authentication(), clock), delivery, sessions, clock));
        }
    }

    private static Authentication authentication(AuthenticationConfig config, InstantSource clock) {
        return switch (config.way()) {
            case AuthenticationConfig.Way.Nothing _ -> new Anybody();
            case AuthenticationConfig.Way.Bearer(var tokens) -> new KnownTokens(config.from(), tokens);
            case AuthenticationConfig.Way.Jwt(JwtConfig terms) -> JsonWebTokens.begin(config.from(), terms, clock);
        };
    }

    /** {@return what requests the gateway answers} */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            routes.add(new Route.Upgrades(endpoint.path(), endpoint));
            routes.add(new Route.Exchanges(endpoint.path(), exchange -> {
                exchange.refuse(UpgradeAnswer.Refused.of(Refusal.UPGRADE_REQUIRED));
                return ExchangeEvents.NONE;
            }));
        }
        if (callbacks != null) {
            routes.add(new Route.Exchanges(Callbacks.PATH, callbacks));
        }
        return routes;
    }

    /** {@return what answers plain requests that nothing else does, where there is no relay} */
    public static Route elsewhere() {
        return new Route.Exchanges("/", Callbacks.NOTHING);
    }

    /**
     * Lets nobody in from now on, and sends all clients away with 1001, one after the other. Returns at once.
     *
     * @param drainTimeout what the stop may take in all
     */
    public void stop(Duration drainTimeout) {
        endpoints.forEach(Endpoint::stop);
        List<ClientConversation> clients = new ArrayList<>();
        endpoints.forEach(endpoint -> clients.addAll(endpoint.open()));
        Collections.shuffle(clients, ThreadLocalRandom.current());
        PartingWindow window = PartingWindow.of(clients.size(), drainTimeout);
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).sendAway(window.delay(i, ThreadLocalRandom.current().nextDouble()), STOPPING);
        }
    }

    /** {@return how many sessions there are of which a backend has not been told all} */
    public int openSessions() {
        return endpoints.stream().mapToInt(endpoint -> endpoint.open().size()).sum();
    }

    /** {@return why clients of some endpoints cannot be served at the moment, each with the path of its endpoint} */
    public List<String> troubles() {
        return endpoints.stream()
                .flatMap(endpoint -> endpoint.trouble().stream().map(why -> endpoint.path() + ": " + why))
                .toList();
    }

    /** Gives up all that backends have not been told yet: it becomes dead letters. Returns at once. */
    public void abandon() {
        endpoints.forEach(endpoint -> endpoint.open().forEach(ClientConversation::abandon));
    }

    /** Lets go of backends, and returns when the dead letters are written. */
    @Override
    public void close() {
        endpoints.forEach(Endpoint::close);
        deadLetters.close();
    }
}
