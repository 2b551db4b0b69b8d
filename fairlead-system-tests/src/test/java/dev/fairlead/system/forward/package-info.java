/** {@code fairlead forward}, as a process of its own, with the programs that people forward, and with azbridge's words. */
package dev.fairlead.system.forward;
