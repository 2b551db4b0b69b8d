/** The server as its own process, under visitors of every kind for as long as told: what it holds at rest stays the same. */
package dev.fairlead.system.soak;
