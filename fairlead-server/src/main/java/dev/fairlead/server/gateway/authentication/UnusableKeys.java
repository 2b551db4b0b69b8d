// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.authentication;

import java.io.IOException;

/** A key set cannot be read, or holds no key that could be used. */
final class UnusableKeys extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param why what was found, and what was expected
     */
    UnusableKeys(String why) {
        super(why);
    }

    /** {@return why, for whoever runs the server} */
    String why() {
        return String.valueOf(getMessage());
    }
}
