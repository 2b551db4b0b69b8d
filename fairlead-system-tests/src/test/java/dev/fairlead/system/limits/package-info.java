/** What peers may cost, and what the relay does when something it needs is used up. */
package dev.fairlead.system.limits;
