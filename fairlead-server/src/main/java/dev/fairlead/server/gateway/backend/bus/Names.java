// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.bus;

import dev.fairlead.server.gateway.backend.json.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which names clients were given. Nobody is given one that another client had, whether that is still there or not: {@code ada}
 * is {@code ada_1} the second time. Belongs to one thread.
 */
final class Names {

    /** How many names are remembered; of clients that have left, the oldest is forgotten for one more. */
    static final int MOST = 100_000;

    /** How long a name may be. */
    static final int LONGEST = 256;

    /** By name, as JSON writes it, how often it was asked for. */
    private final Map<String, Integer> asked = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST;
        }
    };

    /**
     * {@return a name of one's own}
     *
     * @param wish the name asked for
     * @param held whether a client that is here bears a name, remembered or not
     */
    Value give(Value wish, Predicate<Object> held) {
        int times = asked.getOrDefault(wish.json(), 0);
        Value name = times == 0 ? wish : numbered(wish, times);
        times++;
        while ((times > 1 && asked.containsKey(name.json())) || isHeld(name, held)) {
            name = numbered(wish, times++);
        }
        asked.put(wish.json(), times);
        asked.putIfAbsent(name.json(), 1);
        return name;
    }

    private static boolean isHeld(Value name, Predicate<Object> held) {
        Object plain = name.plain();
        return plain != null && held.test(plain);
    }

    private static Value numbered(Value wish, int times) {
        return Value.of(wish.printed() + "_" + times);
    }
}
