// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.member;

import java.util.LinkedHashMap;
import java.util.Map;

/** What is remembered of questions, by their uuid: the oldest is forgotten for one too many. Guarded by its owner. */
public final class Recent<V> extends LinkedHashMap<String, V> {

    /** How many are remembered. */
    public static final int MOST = 10_000;

    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > MOST;
    }
}
