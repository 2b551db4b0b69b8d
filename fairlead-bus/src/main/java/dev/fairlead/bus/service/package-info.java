/** Services on a typed message bus, written as classes whose methods hear messages. */
@NullMarked
package dev.fairlead.bus.service;

import org.jspecify.annotations.NullMarked;
