// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.util.List;
import java.util.function.Function;

/**
 * What came of reading a configuration.
 *
 * @param value the typed configuration; where there were problems, defaults stand in it, and it must not be used
 * @param warnings what is odd but harms nothing
 * @param settings the effective configuration, in the order of its declaration
 */
public record Reading<T>(T value, List<String> warnings, List<Setting> settings) {

    /** Takes copies of the lists. */
    public Reading {
        warnings = List.copyOf(warnings);
        settings = List.copyOf(settings);
    }

    /**
     * Reads a configuration.
     *
     * @param tree what the file says
     * @param overrides what is said over it
     * @param problems is told of all that is wrong
     * @param reader the topmost section's declaration
     */
    public static <T> Reading<T> of(
            Entry.Group tree, Overrides overrides, Problems problems, Function<Section, T> reader) {
        List<String> paths = keys(reader).stream().map(Key::path).toList();
        Pass pass = new Pass(overrides, problems, false);
        T value = Section.read(pass, tree, reader);
        pass.checkLeftovers(paths);
        return new Reading<>(value, pass.warnings, pass.settings);
    }

    /** {@return every key that a declaration names, in its order} */
    public static List<Key> keys(Function<Section, ?> reader) {
        Pass pass = new Pass(Overrides.NONE, new Problems(), true);
        Section.read(pass, Section.EMPTY, reader);
        return List.copyOf(pass.keys);
    }
}
