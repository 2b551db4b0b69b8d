/**
 * The JDK's own HTTP server ({@code com.sun.net.httpserver}), behind a relay instead of on a port. {@link
 * dev.fairlead.client.httpserver.RelayedHttpServer} is what {@code HttpServer.create} returns once a system property names
 * {@link dev.fairlead.client.httpserver.RelayedHttpServerProvider}; or a program makes one itself. Needs the module {@code
 * jdk.httpserver}.
 *
 * <h2>Threads</h2>
 *
 * <ol>
 *   <li>Filters, authenticators and handlers run on the server's executor. If none was set it is the one thread that {@code
 *       start()} makes, as on a port: one exchange at a time. That thread keeps the program alive until {@code stop}.
 *   <li>Beside it each exchange keeps a thread of the SDK waiting, a virtual one from Java 21 on.
 *   <li>An exchange ends when its response body is closed, on whatever thread that is, and not when its handler returns. One
 *       that nobody closes keeps its thread waiting, as it keeps its connection on a port.
 *   <li>An exchange is for one thread at a time.
 * </ol>
 */
@NullMarked
package dev.fairlead.client.httpserver;

import org.jspecify.annotations.NullMarked;
