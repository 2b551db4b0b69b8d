// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.json;

/** Says where a text stops being JSON, without repeating any of it; has no stack trace, since peers cause it at will. */
public final class MalformedJson extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int offset;

    MalformedJson(String what, int offset) {
        super(what + " at offset " + offset, null, false, false);
        this.offset = offset;
    }

    /** {@return the index of the offending character, in UTF-16 units from 0} */
    public int offset() {
        return offset;
    }
}
