// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import org.jspecify.annotations.Nullable;

/**
 * How values of Python are written on the wire. They are null, {@link Boolean}, {@link Integer}, {@link Long}, {@link
 * java.math.BigInteger}, {@link Double}, {@link String}, bytes, {@link java.util.List} (of Python's lists and sets), {@code
 * Object[]} (of tuples), {@link java.util.Map} in its order, with keys that are null, texts, numbers or truth values, and
 * {@link PythonObject}, which pickles only read. What is read may share parts, and may hold itself. Safe from any thread.
 */
interface Notation {

    /** The exceptions that Pyro's own daemon answers with, and those of Python. */
    String SERIALIZE_ERROR = "Pyro4.errors.SerializeError";

    String PROTOCOL_ERROR = "Pyro4.errors.ProtocolError";
    String DAEMON_ERROR = "Pyro4.errors.DaemonError";
    String ATTRIBUTE_ERROR = "builtins.AttributeError";
    String TYPE_ERROR = "builtins.TypeError";

    /** {@return what stands for it in a message's header} */
    int id();

    /**
     * {@return the value, written}
     *
     * @throws IllegalArgumentException if it has no form in Python
     */
    byte[] write(@Nullable Object value);

    /** {@return an exception, written} */
    byte[] writeFault(String className, String text);

    /**
     * {@return the value that is written there}
     *
     * @param faults whether it may be an exception
     * @throws Unreadable if it is none, or names a class that is not listed
     */
    @Nullable
    Object read(byte[] written, boolean faults) throws Unreadable;

    /** {@return the one of these terms} */
    static Notation of(PyroTerms terms) {
        return switch (terms.serializer()) {
            case PICKLE -> new PickleNotation(terms.classes().keySet());
            case SERPENT -> new SerpentNotation(terms.classes().keySet());
        };
    }
}
