// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands at one place of a configuration, before anybody has said what it means. */
public sealed interface Entry {

    /** {@return where it was written} */
    Origin origin();

    /** A single value, as it was written. */
    record Text(String value, Origin origin) implements Entry {}

    /** A key without a value. */
    record Nothing(Origin origin) implements Entry {}

    /** Keys with their values, in the order of the file. */
    record Group(Map<String, Entry> entries, Origin origin) implements Entry {
        /** Takes a copy that keeps the order. */
        public Group {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }

    /** A list. */
    record Items(List<Entry> items, Origin origin) implements Entry {
        /** Takes a copy. */
        public Items {
            items = List.copyOf(items);
        }
    }
}
