/**
 * Netty, and Netty's only home: ports, pipelines, sockets. The edge offers peers and takes routes; it knows no part of
 * the server, and no part knows it.
 */
@NullMarked
package dev.fairlead.server.edge;

import org.jspecify.annotations.NullMarked;
