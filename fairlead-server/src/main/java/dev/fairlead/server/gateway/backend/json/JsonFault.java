// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.json;

/**
 * Says what is wrong with a message, as the original says it: with the name and the text of an exception of Python. It has
 * no stack trace, since peers cause it at will.
 */
public final class JsonFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String type;

    /**
     * A fault of that name.
     *
     * @param type the name of Python's exception
     * @param text what it says
     */
    public JsonFault(String type, String text) {
        super(text, null, false, false);
        this.type = type;
    }

    /** {@return the fault of a member that is missing} */
    public static JsonFault missing(String key) {
        return new JsonFault("KeyError", "'" + key + "'");
    }

    /**
     * {@return the fault of a value that is asked for what it has not}
     *
     * @param kind Python's name for the type of the value
     */
    public static JsonFault noAttribute(String kind, String attribute) {
        return new JsonFault("AttributeError", "'" + kind + "' object has no attribute '" + attribute + "'");
    }

    /** {@return the name of Python's exception} */
    public String type() {
        return type;
    }

    /** {@return what it says} */
    public String text() {
        return String.valueOf(getMessage());
    }
}
