/** The relay under the load generator of {@code fairlead-benchmarks/ruler}: not how fast, but whether whole. */
package dev.fairlead.system.load;
