/** Clients in Python. */
package dev.fairlead.system.interop.python;
