/** Whether the process works, and whether it should get traffic. */
@NullMarked
package dev.fairlead.server.management.health;

import org.jspecify.annotations.NullMarked;
