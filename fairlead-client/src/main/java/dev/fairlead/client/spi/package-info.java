/** What a program may bring along instead of the SDK's own: the source of its tokens. */
@NullMarked
package dev.fairlead.client.spi;

import org.jspecify.annotations.NullMarked;
