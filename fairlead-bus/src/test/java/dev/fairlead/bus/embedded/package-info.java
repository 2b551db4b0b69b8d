/** The bus within the program, held to its own words. */
@NullMarked
package dev.fairlead.bus.embedded;

import org.jspecify.annotations.NullMarked;
