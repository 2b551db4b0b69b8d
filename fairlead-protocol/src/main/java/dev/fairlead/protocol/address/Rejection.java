// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

/**
 * A listener's refusal of a sender, told in the address that it dials.
 *
 * @param statusCode what the sender is answered, 100 to 999. A listener may say anything, even a code that is no refusal
 * @param description the sender's reason phrase, verbatim but for control characters, which are left out; may be empty
 */
public record Rejection(int statusCode, String description) {

    /** The status of a listener that says none that can be read; what Azure's clients send for a plain refusal. */
    public static final int DEFAULT_STATUS_CODE = 400;

    static Rejection read(String statusCode, String description) {
        return new Rejection(statusCode(statusCode.strip()), description.replaceAll("\\p{Cntrl}", ""));
    }

    private static int statusCode(String text) {
        if (!text.matches("-?[0-9]+")) {
            return DEFAULT_STATUS_CODE;
        }
        if (text.startsWith("-")) {
            return 100;
        }
        String digits = text.replaceFirst("^0+", "");
        return digits.length() > 3 ? 999 : Math.max(100, digits.isEmpty() ? 0 : Integer.parseInt(digits));
    }
}
