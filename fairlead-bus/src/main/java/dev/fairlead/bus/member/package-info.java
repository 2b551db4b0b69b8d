/** What members of every bus have: an inbox with a thread, and questions that wait for answers. */
@NullMarked
package dev.fairlead.bus.member;

import org.jspecify.annotations.NullMarked;
