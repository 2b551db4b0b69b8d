// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.http;

/**
 * One line of an HTTP head.
 *
 * @param name as spelled by its sender; header names are compared without regard to case (RFC 9110, section 5.1)
 * @param value without leading and trailing white space
 */
public record Header(String name, String value) {

    /**
     * {@return whether this is the header of that name, in any case}
     *
     * @param other the name that is looked for
     */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}
