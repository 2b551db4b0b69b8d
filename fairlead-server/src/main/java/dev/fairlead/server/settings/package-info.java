/**
 * What every configuration section is written in.
 *
 * <p>A part declares its section in one method, {@code static X read(Section in)}: each key once, with its meaning,
 * default and limits. From that one declaration come the typed value, the problems with their lines, the reference
 * manual and the effective configuration. Nothing here throws for a wrong file: problems are collected, so that an
 * operator hears of all of them at once.
 *
 * <p>A reading belongs to one thread; the values that it gives are immutable.
 */
@NullMarked
package dev.fairlead.server.settings;

import org.jspecify.annotations.NullMarked;
