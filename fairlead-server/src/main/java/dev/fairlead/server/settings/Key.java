// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

/**
 * One key of the manual.
 *
 * @param path the key, from the top, with dots; an index of a list is {@value #INDEX}
 * @param shape what stands behind it
 * @param meaning what it sets, as a phrase
 * @param allowed what may be written; empty for sections
 * @param fallback what holds if it is not written; empty if it must be
 * @param live whether a change holds as soon as the file is read again; else it waits for a restart
 */
public record Key(String path, Shape shape, String meaning, String allowed, String fallback, boolean live) {

    /** Stands in a path for any index of a list. */
    public static final String INDEX = "N";

    /** What stands behind a key. */
    public enum Shape {
        /** One value. */
        VALUE,
        /** A list of values. */
        VALUES,
        /** More keys. */
        SECTION,
        /** A list, each entry with the same keys. */
        SECTIONS
    }
}
