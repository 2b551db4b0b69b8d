/**
 * The wire of a NuroPb mesh (library 0.1.8, protocol 0.1.1): names, properties, headers, bodies, the encrypted option and
 * the description of a service. No I/O, and no type of an AMQP library.
 *
 * <p>JSON values are plain values: {@link java.util.Map} in the order of the text, {@link java.util.List}, {@link String},
 * {@link Long}, {@link Double}, {@link Boolean} and {@code null}. What is read may be anything, and is refused with {@link
 * dev.fairlead.mesh.wire.MalformedMeshMessage}; what is written is, byte for byte, as the Python library writes it.
 */
@NullMarked
package dev.fairlead.mesh.wire;

import org.jspecify.annotations.NullMarked;
