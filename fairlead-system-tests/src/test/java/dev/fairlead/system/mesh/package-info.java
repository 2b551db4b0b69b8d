/** A mesh on a RabbitMQ of the tests' own: our services and clients with each other, and with peers in Python. */
package dev.fairlead.system.mesh;
