/** Services and clients of a NuroPb service mesh on RabbitMQ. */
@NullMarked
package dev.fairlead.mesh;

import org.jspecify.annotations.NullMarked;
