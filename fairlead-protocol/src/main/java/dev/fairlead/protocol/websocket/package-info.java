/** The framing of RFC 6455: headers, masks, messages and close statuses, read and written without any I/O. */
@NullMarked
package dev.fairlead.protocol.websocket;

import org.jspecify.annotations.NullMarked;
