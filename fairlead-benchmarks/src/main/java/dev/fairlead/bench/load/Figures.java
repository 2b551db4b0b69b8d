// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** How numbers are written. */
final class Figures {

    private Figures() {}

    /** {@return a number with so many significant digits} */
    static Number rounded(double value, int digits) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        return rounded.scale() <= 0 || rounded.signum() == 0
                ? (Number) rounded.longValue()
                : (Number) rounded.doubleValue();
    }

    /** {@return a number with commas between thousands, and a fraction only where it tells something} */
    static String text(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    /** {@return a number of microseconds with its unit} */
    static String micros(double value) {
        return value < 1_000 ? text(value) + " µs" : value < 1e6 ? text(value / 1e3) + " ms" : text(value / 1e6) + " s";
    }

    /** {@return a ratio} */
    static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
