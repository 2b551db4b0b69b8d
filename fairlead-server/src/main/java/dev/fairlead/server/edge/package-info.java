/**
 * The sockets: what comes in from the network is read here, and what goes out is written here. The edge gets routes and
 * offers peers; it knows no part of the server, and none knows it.
 */
@NullMarked
package dev.fairlead.server.edge;

import org.jspecify.annotations.NullMarked;
