// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.CallerTerms;
import dev.fairlead.server.connection.Cancellable;
import dev.fairlead.server.connection.Connection;
import dev.fairlead.server.connection.Headers;
import dev.fairlead.server.connection.HttpCall;
import dev.fairlead.server.connection.HttpCaller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/** Servers without a socket: they keep what they are asked, and answer when the test says so. */
final class FakeCaller {

    private final List<CallerTerms> servers = new ArrayList<>();
    private final List<HttpCall> calls = new ArrayList<>();
    private final Queue<Consumer<CallOutcome>> open = new ArrayDeque<>();
    private boolean closed;

    /** Makes what calls one of them. */
    HttpCaller caller(CallerTerms terms) {
        servers.add(terms);
        return new HttpCaller() {
            @Override
            public Cancellable call(Connection home, HttpCall call, Consumer<CallOutcome> then) {
                calls.add(call);
                open.add(then);
                return () -> open.remove(then);
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }

    /** The first call that is open is answered. */
    void answers(int status) {
        answers(status, "", "");
    }

    /** The first call that is open is answered with a body; an empty type is none. */
    void answers(int status, String type, String body) {
        List<Header> headers = type.isEmpty() ? List.of() : List.of(new Header("content-type", type));
        ends(new CallOutcome.Answered(status, new Headers(headers), body.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** The first call that is open ends. */
    void ends(CallOutcome outcome) {
        open.remove().accept(outcome);
    }

    List<CallerTerms> servers() {
        return List.copyOf(servers);
    }

    List<HttpCall> calls() {
        return List.copyOf(calls);
    }

    HttpCall lastCall() {
        return calls.getLast();
    }

    boolean isClosed() {
        return closed;
    }

    /** {@return a header of a call; empty if it is not there} */
    static String header(HttpCall call, String name) {
        return new Headers(call.headers()).first(name).orElse("");
    }

    /** {@return what a call posts} */
    static String body(HttpCall call) {
        return new String(call.body(), StandardCharsets.UTF_8);
    }
}
