/** Services on a bus, against the one within the program. */
@NullMarked
package dev.fairlead.bus.service;

import org.jspecify.annotations.NullMarked;
