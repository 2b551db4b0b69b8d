/**
 * The gateway: clients' WebSockets, held here, and what they say passed on to a backend. It speaks to peers through {@code
 * connection} and touches no socket; which backend an endpoint has it knows from its configuration alone.
 */
@NullMarked
package dev.fairlead.server.gateway;

import org.jspecify.annotations.NullMarked;
