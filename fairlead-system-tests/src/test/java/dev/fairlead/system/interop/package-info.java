/**
 * Foreign clients against a relay: the same sentences for each pairing of listener and sender, and for what a client does
 * in its own way a sentence of its own. The programs are under {@code src/test/programs}.
 */
package dev.fairlead.system.interop;
