/** The bus for one program. */
@NullMarked
package dev.fairlead.bus.embedded;

import org.jspecify.annotations.NullMarked;
