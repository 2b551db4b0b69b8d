/** Which HTTP headers cross the relay, and which end at it. */
@NullMarked
package dev.fairlead.protocol.http;

import org.jspecify.annotations.NullMarked;
