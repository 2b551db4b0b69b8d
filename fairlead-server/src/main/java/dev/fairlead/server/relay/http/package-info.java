/**
 * Relaying plain HTTP: a sender's request goes to one listener, and the listener's answer to the sender.
 *
 * <h2>What the protocol promises, and this package keeps</h2>
 *
 * <ul>
 *   <li>A request with a small body, of known length, goes out whole over the control channel. The listener may answer
 *       there, or dial the address that it was told, if its answer is long.
 *   <li>Any other request is to be fetched: the listener is told an address, dials it, and hears request and body there.
 *   <li>As long as nothing of the request was sent, another listener may have it; from then on it is one listener's.
 *   <li>Nothing is held of a body that is relayed over a socket: whoever is slow to read slows whoever writes.
 *   <li>A request over which nothing moves for a while is ended, and its sender told so, if there is still a way to.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>A request belongs to the event loop of its sender; a socket that its listener dials comes to live there. What comes over
 * a control channel comes from another loop, and hops. So nothing of it is locked, and nothing here may wait.
 */
@NullMarked
package dev.fairlead.server.relay.http;

import org.jspecify.annotations.NullMarked;
