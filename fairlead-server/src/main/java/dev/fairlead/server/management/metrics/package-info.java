/** Turns what observers are told into meters. */
@NullMarked
package dev.fairlead.server.management.metrics;

import org.jspecify.annotations.NullMarked;
