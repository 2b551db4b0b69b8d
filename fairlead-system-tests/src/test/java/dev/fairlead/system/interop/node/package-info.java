/** Clients on Node. */
package dev.fairlead.system.interop.node;
