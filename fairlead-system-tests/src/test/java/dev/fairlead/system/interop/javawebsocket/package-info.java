/** Servers written for Java-WebSocket: the same sentences for its own server on a port, and for ours behind a relay. */
package dev.fairlead.system.interop.javawebsocket;
