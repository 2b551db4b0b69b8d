/** Laws tried with values drawn at random. */
package dev.fairlead.server.trials;
