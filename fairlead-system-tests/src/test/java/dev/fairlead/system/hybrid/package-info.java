/** The chapters of {@code docs/protocol/hybrid-connections.md}, a class each, sentence by sentence. */
package dev.fairlead.system.hybrid;
