// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The name of a hybrid connection, or of a request to one or below one: segments of decoded text, joined by single slashes.
 *
 * <p>Two paths are equal if they differ in nothing but letter case; the spelling is kept. No segment is empty, {@code .} or
 * {@code ..}, and none holds a control character. The empty path stands for the whole namespace.
 */
public final class HybridPath {

    /** The longest name of a hybrid connection, in characters (naming rules of Azure Relay). */
    public static final int MAX_NAME_LENGTH = 260;

    /** The path of a whole namespace. */
    public static final HybridPath EMPTY = new HybridPath("", "", List.of());

    private final String spelled;
    private final String folded;
    private final List<String> segments;

    private HybridPath(String spelled, String folded, List<String> segments) {
        this.spelled = spelled;
        this.folded = folded;
        this.segments = segments;
    }

    /**
     * Takes a plain name, as a user or a configuration spells it. Slashes at the ends and doubled ones are dropped.
     *
     * @param name not encoded
     * @return the path, spelled so
     * @throws InvalidAddress if no path can be named so
     */
    public static HybridPath of(String name) {
        List<String> segments = new ArrayList<>();
        for (int start = 0; start <= name.length(); ) {
            int slash = name.indexOf('/', start);
            int end = slash < 0 ? name.length() : slash;
            if (end > start) {
                segments.add(checked(name.substring(start, end)));
            }
            start = end + 1;
        }
        if (segments.isEmpty()) {
            return EMPTY;
        }
        String spelled = String.join("/", segments);
        return new HybridPath(spelled, folded(spelled), List.copyOf(segments));
    }

    /**
     * Takes what stands behind {@code /$hc/} in a URL, still percent-encoded. It is decoded once, so an escaped slash parts
     * segments like a plain one.
     *
     * @param encoded without a query
     * @return the path, spelled as it is when decoded
     * @throws InvalidAddress if an escape is broken, or no path can be named so
     */
    public static HybridPath ofEncoded(String encoded) {
        return of(PercentEncoding.decodePath(encoded));
    }

    /**
     * Takes the whole path of a URL, still percent-encoded, with or without {@code $hc} in front.
     *
     * @param encoded without a query
     * @return the path, spelled as it is when decoded
     * @throws InvalidAddress if an escape is broken, or no path can be named so
     */
    public static HybridPath ofUrlPath(String encoded) {
        HybridPath path = ofEncoded(encoded);
        return !path.isEmpty() && path.segments.get(0).equalsIgnoreCase("$hc")
                ? of(String.join("/", path.segments.subList(1, path.segments.size())))
                : path;
    }

    private static String checked(String segment) {
        if (segment.equals(".") || segment.equals("..")) {
            throw new InvalidAddress("The path has a dot segment");
        }
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (Character.isISOControl(c)) {
                throw new InvalidAddress("The path has a control character");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == segment.length()
                        || !Character.isLowSurrogate(segment.charAt(i + 1))) {
                    throw new InvalidAddress("The path has half a character");
                }
                i++;
            }
        }
        return segment;
    }

    /** Folds character by character, as {@link String#equalsIgnoreCase} compares: no locale and no neighbour changes the result. */
    private static String folded(String text) {
        if (isFolded(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .map(Character::toUpperCase)
                .map(Character::toLowerCase)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    /** {@return whether folding would change nothing: plain small letters, digits and marks} */
    private static boolean isFolded(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7F || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether this is the path of the whole namespace} */
    public boolean isEmpty() {
        return segments.isEmpty();
    }

    /** {@return the path as it was spelled, without slashes at its ends} */
    public String spelled() {
        return spelled;
    }

    /** {@return the path as it stands in a URL, without a slash in front} */
    public String encoded() {
        return PercentEncoding.encodePath(spelled);
    }

    /** {@return the decoded segments, in the spelling they came in} */
    public List<String> segments() {
        return segments;
    }

    /**
     * {@return whether another path is this one, or lies below it} The empty path is a prefix of every path.
     *
     * @param other the path that may lie below
     */
    public boolean isWholeSegmentPrefixOf(HybridPath other) {
        return other.folded.startsWith(folded)
                && (folded.isEmpty()
                        || other.folded.length() == folded.length()
                        || other.folded.charAt(folded.length()) == '/');
    }

    /**
     * {@return the names that a hybrid connection serving this path can have, from the longest to the shortest: this path
     * and those above it, but for the empty one and those longer than {@value #MAX_NAME_LENGTH} characters} Whoever looks
     * for the longest registered name tries them in order; there are never more than 130.
     */
    public List<HybridPath> prefixes() {
        List<HybridPath> prefixes = new ArrayList<>();
        int spelledEnd = 0;
        int foldedEnd = 0;
        for (int count = 1; count <= segments.size(); count++) {
            spelledEnd = end(spelled, spelledEnd, count);
            foldedEnd = end(folded, foldedEnd, count);
            if (spelledEnd > MAX_NAME_LENGTH) {
                break;
            }
            prefixes.add(
                    0,
                    new HybridPath(
                            spelled.substring(0, spelledEnd),
                            folded.substring(0, foldedEnd),
                            segments.subList(0, count)));
        }
        return prefixes;
    }

    private static int end(String text, int before, int count) {
        int slash = text.indexOf('/', count == 1 ? 0 : before + 1);
        return slash < 0 ? text.length() : slash;
    }

    /**
     * {@return what stands below another path, as spelled and without a slash in front; empty if nothing does}
     *
     * @param above the path to measure from
     * @throws IllegalArgumentException if this path is not {@code above} and does not lie below it
     */
    public String below(HybridPath above) {
        if (!above.isWholeSegmentPrefixOf(this)) {
            throw new IllegalArgumentException("above: " + above + " (expected: a prefix of " + this + ")");
        }
        return String.join("/", segments.subList(above.segments.size(), segments.size()));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HybridPath path && folded.equals(path.folded);
    }

    @Override
    public int hashCode() {
        return folded.hashCode();
    }

    @Override
    public String toString() {
        return spelled;
    }
}
