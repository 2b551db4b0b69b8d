/** What operators see: health, metrics, and the interface that their tools ask. */
@NullMarked
package dev.fairlead.server.management;

import org.jspecify.annotations.NullMarked;
