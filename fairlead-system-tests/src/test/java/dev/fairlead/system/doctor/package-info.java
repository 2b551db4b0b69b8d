/** What {@code fairlead doctor} says of relays, clients and keys in sickness and in health. */
package dev.fairlead.system.doctor;
