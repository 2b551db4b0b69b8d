/** What every bus is held to. */
@NullMarked
package dev.fairlead.bus;

import org.jspecify.annotations.NullMarked;
