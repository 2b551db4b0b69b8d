/** Where a peer wants to go: the path of a hybrid connection and the {@code sb-hc-} parameters, read and written. */
@NullMarked
package dev.fairlead.protocol.address;

import org.jspecify.annotations.NullMarked;
