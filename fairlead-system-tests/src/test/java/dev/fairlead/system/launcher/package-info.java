/** The launcher of a checkout, with a Maven and a JDK that only say that they were called, and once with the real ones. */
package dev.fairlead.system.launcher;
