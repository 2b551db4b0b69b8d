// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

/** What a step came to. */
public enum Outcome {
    /** Nothing is wrong. */
    OK("ok"),
    /** Clients connect, but somebody may want to know. */
    WARN("warn"),
    /** A client cannot connect, for this reason. */
    FAIL("FAIL"),
    /** It was not looked at. */
    SKIPPED("skipped");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /** {@return the word of reports} */
    public String word() {
        return word;
    }
}
