// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which key a user meant. */
final class Nearest {

    private Nearest() {}

    /** {@return the remedy for an unknown key: the known one that is spelled most alike, else all of them} */
    static String remedy(String unknown, Collection<String> known) {
        return guess(unknown, known)
                .map(near -> "did you mean " + near + "?")
                .orElseGet(() -> "known here: " + String.join(", ", known));
    }

    /** {@return the known name that is spelled most alike, if no more than a third of the letters differ} */
    static Optional<String> guess(String unknown, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(unknown, candidate)))
                .filter(candidate -> distance(unknown, candidate) <= (unknown.length() + 2) / 3);
    }

    /** Counts the letters to change, add or leave out; case does not count. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
