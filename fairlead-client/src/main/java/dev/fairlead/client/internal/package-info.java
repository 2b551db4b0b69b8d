/**
 * Connections over blocking sockets: WebSockets, dialled, upgraded, read and written; and the requests that are forwarded to
 * a local HTTP server. Knows nothing of listeners and senders, and is not exported.
 */
@NullMarked
package dev.fairlead.client.internal;

import org.jspecify.annotations.NullMarked;
