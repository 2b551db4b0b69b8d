/**
 * A backend that is called over HTTP, and calls back: the callbacks of SocketDock, and what goes beyond them.
 *
 * <h2>What the backend is told</h2>
 *
 * <p>Each errand is one {@code POST} of JSON, exactly as SocketDock writes it. Redirects are answers and are not followed; only
 * addresses of the configuration are called, and nothing that a client sent becomes a part of one.
 *
 * <h2>What it may say</h2>
 *
 * <p>The id of a session, 128 bits at random, is what opens {@code /socket/ID}; a bearer token opens all of {@code /socket}.
 *
 * <h2>Threads</h2>
 *
 * <p>A call starts on the event loop of its session and ends there. Callbacks live on the event loops of their own
 * connections.
 */
@NullMarked
package dev.fairlead.server.gateway.backend.http;

import org.jspecify.annotations.NullMarked;
