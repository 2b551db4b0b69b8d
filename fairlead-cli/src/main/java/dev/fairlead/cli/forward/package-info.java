/**
 * Forwarding of TCP over hybrid connections, as azbridge does it (docs/protocol/azbridge.md).
 *
 * <pre>
 *   client ──TCP──▶ LocalPort ──WebSocket──▶ relay ◀──WebSocket── RemotePath ──TCP──▶ target
 * </pre>
 *
 * <ul>
 *   <li>A sender says first which port it wants, by a name; the listener answers, and from then on bytes go both ways.
 *   <li>A listener dials what its options name, and nothing else, whatever a sender says.
 *   <li>Each direction ends on its own. The end of what TCP sends is Close 1000, and the other way round.
 *   <li>A connection that is lost on one leg is reset on the other: a half is never taken for a whole.
 *   <li>Nothing is held: who reads slowly slows who writes.
 * </ul>
 *
 * <p>Each connection has two threads, one for each direction, which block. What is shared is an atomic or a concurrent map.
 */
@NullMarked
package dev.fairlead.cli.forward;

import org.jspecify.annotations.NullMarked;
