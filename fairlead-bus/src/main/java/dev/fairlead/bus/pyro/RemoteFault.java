// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

/** A called object answered with an exception. */
final class RemoteFault extends Exception {

    private static final long serialVersionUID = 1L;

    /** What the name server answers about a name that it does not know. */
    private static final String UNKNOWN_NAME = "Pyro4.errors.NamingError";

    private final String className;

    RemoteFault(String className, String text) {
        super(className + ": " + text, null, false, false);
        this.className = className;
    }

    boolean isUnknownName() {
        return className.equals(UNKNOWN_NAME);
    }
}
