@org.jspecify.annotations.NullMarked
package dev.fairlead.cli.forward;
