// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.security;

/** What a key permits. */
public enum Right {
    /** To stand behind a hybrid connection. */
    LISTEN("Listen"),
    /** To reach whoever stands behind it. */
    SEND("Send"),
    /** To administer; permits the other two as well. */
    MANAGE("Manage");

    private final String word;

    Right(String word) {
        this.word = word;
    }

    /** {@return the right as configurations and answers write it} */
    public String word() {
        return word;
    }
}
