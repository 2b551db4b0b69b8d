// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a hybrid connection.
 *
 * @param anonymousSenders whether senders need no token
 * @param listeners how many are online; {@value #UNKNOWN} where the relay did not say
 */
record Hybrid(boolean anonymousSenders, int listeners) {

    private static final int UNKNOWN = -1;

    /** Whose key may not ask knows that much. */
    static final Hybrid UNTOLD = new Hybrid(false, UNKNOWN);

    private static final Pattern COUNT = Pattern.compile("<ListenerCount>\\s*([0-9]{1,9})\\s*</ListenerCount>");
    private static final Pattern OPEN =
            Pattern.compile("<RequiresClientAuthorization>\\s*false\\s*</RequiresClientAuthorization>");

    /** {@return how many listeners are online, if that is known} */
    OptionalInt online() {
        return listeners == UNKNOWN ? OptionalInt.empty() : OptionalInt.of(listeners);
    }

    /** Reads the entry that relays answer with (fact sheet, section 6): an absent count stands for none. */
    static Hybrid of(String entry) {
        Matcher count = COUNT.matcher(entry);
        return new Hybrid(OPEN.matcher(entry).find(), count.find() ? Integer.parseInt(count.group(1)) : 0);
    }
}
