// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

/** What came cannot be read, or is refused; the message says why, and may be told to whoever sent it. */
final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
        super(message, null, false, false);
    }

    /** {@return of a class that is not listed} */
    static Unreadable classNotListed(String name) {
        return new Unreadable("class " + (name.length() <= 200 ? name : name.substring(0, 200) + "…")
                + " is not listed: messages of it are refused");
    }
}
