/** Clients at the gateway, and the backends that they are held for. */
package dev.fairlead.system.gateway;
