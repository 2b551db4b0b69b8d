/**
 * Foreign senders and listeners of plain HTTP: the same sentences for each pairing, on both transports. A listener answers by
 * the last segment of the path it is asked for, as {@code src/test/programs/node/http-listener.js} says.
 */
package dev.fairlead.system.interop.http;
