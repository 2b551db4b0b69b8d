@org.jspecify.annotations.NullMarked
package dev.fairlead.server.gateway.backend.bus;
