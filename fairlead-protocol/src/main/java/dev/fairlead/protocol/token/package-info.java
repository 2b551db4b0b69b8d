/** Shared access signatures and the connection strings that carry their keys. */
@NullMarked
package dev.fairlead.protocol.token;

import org.jspecify.annotations.NullMarked;
