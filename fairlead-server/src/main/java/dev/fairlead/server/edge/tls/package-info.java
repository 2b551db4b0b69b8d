/**
 * Certificates of the ports that speak TLS, and what lies between the sockets and HTTP there.
 *
 * <h2>What is promised</h2>
 *
 * <ul>
 *   <li>TLS 1.2 and 1.3, nothing older. BoringSSL does the work where it runs, the JDK's provider elsewhere; sessions are
 *       resumed by tickets, and nobody renegotiates.
 *   <li>A changed file is taken up within seconds, by new connections alone: nobody is cut.
 *   <li>A file that cannot be used changes nothing: what was read before stays, and log and metric say so until it is put
 *       right.
 *   <li>New contexts bring new ticket keys, so a session can never outlive the trust that it was begun under.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * <p>Files are read at the start and on a thread of their own, never on an event loop. What was read is immutable, and is
 * swapped whole.
 */
@NullMarked
package dev.fairlead.server.edge.tls;

import org.jspecify.annotations.NullMarked;
