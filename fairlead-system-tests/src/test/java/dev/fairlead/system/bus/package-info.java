/** The message bus on what it runs on elsewhere: NATS, and Pyro with services in Python. */
package dev.fairlead.system.bus;
