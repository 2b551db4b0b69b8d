/**
 * The configuration as a whole: the file's tree, what is said over it, and the embedded defaults. It stands above the
 * parts, knows their sections and nothing of what they do with them.
 */
@NullMarked
package dev.fairlead.server.config;

import org.jspecify.annotations.NullMarked;
