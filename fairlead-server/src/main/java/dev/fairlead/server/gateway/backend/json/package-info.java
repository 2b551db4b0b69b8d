/**
 * JSON as Python's {@code json} module reads and writes it, for backends whose originals are written in Python: what it takes,
 * what it says of what it does not take, and how it spells what it passes on.
 */
@NullMarked
package dev.fairlead.server.gateway.backend.json;

import org.jspecify.annotations.NullMarked;
