/**
 * WebSocket connections to a relay over blocking sockets: dialled, upgraded, read and written. Knows nothing of listeners
 * and senders, and is not exported.
 */
@NullMarked
package dev.fairlead.client.internal;

import org.jspecify.annotations.NullMarked;
