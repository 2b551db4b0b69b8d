/** Programs written for the JDK's HTTP server: the same sentences for it on a port, and for ours behind a relay. */
package dev.fairlead.system.interop.httpserver;
