/**
 * How plain HTTP requests reach a listener's handler and how its answers go back: over the control channel what is small, over
 * a rendezvous socket all else. Not exported.
 *
 * <p>A handler runs on its exchange's thread; a rendezvous socket has a reader of its own, so that a sender that leaves is
 * noticed whatever the handler does. Between reader and handler lie at most 64 KiB of a body.
 */
@NullMarked
package dev.fairlead.client.internal.exchange;

import org.jspecify.annotations.NullMarked;
