/** The crown: builds, starts, drains and stops a server. It knows every part, and no part knows it. */
@NullMarked
package dev.fairlead.server;

import org.jspecify.annotations.NullMarked;
