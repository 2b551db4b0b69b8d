/** What becomes of everybody when somebody is silent, frozen, killed, or too many. */
package dev.fairlead.system.resilience;
