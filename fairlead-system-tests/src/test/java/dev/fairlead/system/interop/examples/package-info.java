/** The examples that are applications of their own, built by {@code examples/pom.xml} and run as their pages tell. */
package dev.fairlead.system.interop.examples;
