// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An object of a Python class that may come or go: what it was made of, and never the thing itself. Of one thread. */
final class PythonObject {

    private final String className;
    private final List<@Nullable Object> arguments;
    private @Nullable Object state;

    PythonObject(String className, List<? extends @Nullable Object> arguments, @Nullable Object state) {
        this.className = className;
        this.arguments = Collections.unmodifiableList(arguments);
        this.state = state;
    }

    /** {@return the module and the name} */
    String className() {
        return className;
    }

    List<@Nullable Object> arguments() {
        return arguments;
    }

    @Nullable
    Object state() {
        return state;
    }

    /** Sets the state, which comes after the object: it may refer to it. */
    void build(@Nullable Object built) {
        state = built;
    }

    /** {@return whether a class is an exception of Python or of Pyro} */
    static boolean isFault(String name) {
        int dot = name.lastIndexOf('.');
        String module = dot < 0 ? "builtins" : name.substring(0, dot);
        String simple = name.substring(dot + 1);
        return switch (module) {
            case "Pyro4.errors" -> simple.endsWith("Error");
            case "builtins", "exceptions", "__builtin__" ->
                simple.endsWith("Error")
                        || simple.endsWith("Exception")
                        || simple.endsWith("Warning")
                        || simple.equals("StopIteration")
                        || simple.equals("SystemExit")
                        || simple.equals("KeyboardInterrupt");
            default -> false;
        };
    }
}
