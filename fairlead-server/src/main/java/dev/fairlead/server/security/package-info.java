/** Who may do what: authorization rules, and the grants that tokens signed with their keys give. */
@NullMarked
package dev.fairlead.server.security;

import org.jspecify.annotations.NullMarked;
