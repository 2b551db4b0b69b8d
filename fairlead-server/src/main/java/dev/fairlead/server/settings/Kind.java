// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How the values of a key are written, read and limited.
 *
 * @param <T> what the server makes of the text
 */
public final class Kind<T> {

    /** {@code 30s}, {@code 5m}, {@code 1h30m}. */
    public static final Kind<Duration> DURATION =
            new Kind<>(Durations.EXPECTED, "30s", Durations::parse, Durations::print, false);

    /** {@code 64KiB}, {@code 4MiB}. */
    public static final Kind<ByteSize> SIZE =
            new Kind<>(ByteSize.EXPECTED, "64KiB", ByteSize::parse, ByteSize::toString, false);

    /** A whole number. */
    public static final Kind<Integer> INTEGER =
            new Kind<>("a whole number", "1", Integer::parseInt, Object::toString, false);

    /** {@code true} or {@code false}. */
    public static final Kind<Boolean> FLAG = either("false", "true");

    /** {@code HOST:PORT}, where this process listens. */
    public static final Kind<InetSocketAddress> ADDRESS =
            new Kind<>(HostPort.EXPECTED, "127.0.0.1:0", HostPort::parse, HostPort::print, false);

    /** An address, or a range of them. */
    public static final Kind<Network> NETWORK =
            new Kind<>(Network.EXPECTED, "::1", Network::parse, Network::toString, false);

    /** A file or directory; a relative one is looked for from where the server was started. */
    public static final Kind<Path> PATH = new Kind<>("a path", ".", Path::of, Path::toString, false);

    private final String expected;
    private final String example;
    private final Function<String, T> parse;
    private final Function<T, String> print;
    private final boolean secret;

    private Kind(
            String expected, String example, Function<String, T> parse, Function<T, String> print, boolean secret) {
        this.expected = expected;
        this.example = example;
        this.parse = parse;
        this.print = print;
        this.secret = secret;
    }

    /**
     * Makes a kind for a type of a part's own.
     *
     * @param expected what to write, for messages and the manual
     * @param example a text that {@code parse} reads
     * @param parse throws {@link IllegalArgumentException} for a text that is none
     */
    public static <T> Kind<T> of(
            String expected, String example, Function<String, T> parse, Function<T, String> print) {
        return new Kind<>(expected, example, parse, print, false);
    }

    /**
     * Makes a kind of text.
     *
     * @param expected what to write, for messages and the manual
     * @param example a text that {@code allowed} accepts
     */
    public static Kind<String> text(String expected, String example, Predicate<String> allowed) {
        return new Kind<>(expected, example, text -> checked(text, allowed.test(text)), text -> text, false);
    }

    /** {@return a text that is never shown, of {@code least} to {@code most} characters} */
    public static Kind<Secret> secret(int least, int most) {
        return new Kind<>(
                least + " to " + most + " characters",
                "x".repeat(least),
                text -> Secret.of(checked(text, text.length() >= least && text.length() <= most)),
                Secret::toString,
                true);
    }

    /** {@return one of two words} */
    public static Kind<Boolean> either(String whenFalse, String whenTrue) {
        return oneOf(Map.of(false, whenFalse, true, whenTrue));
    }

    /**
     * Makes a choice.
     *
     * @param words each value with the word that is written for it; compared exactly
     */
    public static <E extends Comparable<E>> Kind<E> oneOf(Map<E, String> words) {
        Map<String, E> values =
                words.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
        String all = words.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .collect(Collectors.joining(", "));
        int last = all.lastIndexOf(", ");
        String expected = last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
        return new Kind<>(
                expected,
                words.values().iterator().next(),
                text -> {
                    E value = values.get(text);
                    if (value == null) {
                        throw new IllegalArgumentException(text);
                    }
                    return value;
                },
                value -> String.valueOf(words.get(value)),
                false);
    }

    /** {@return {@code kind}, with no other values than those of {@code range}} */
    public static <T extends Comparable<T>> Kind<T> within(Range<T> range, Kind<T> kind) {
        T most = range.most();
        String least = kind.print(range.least());
        return new Kind<>(
                most == null ? "at least " + least : least + " to " + kind.print(most),
                least,
                text -> {
                    T value = kind.parse(text);
                    checked(text, range.contains(value));
                    return value;
                },
                kind.print,
                kind.secret);
    }

    /** {@return this kind, with another text for what to write} */
    Kind<T> expecting(String text) {
        return new Kind<>(text, example, parse, print, secret);
    }

    /** {@return what to write, for messages and the manual} */
    public String expected() {
        return expected;
    }

    boolean isSecret() {
        return secret;
    }

    T example() {
        return parse.apply(example);
    }

    T parse(String text) {
        return parse.apply(text);
    }

    String print(T value) {
        return print.apply(value);
    }

    private static String checked(String text, boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException("not allowed");
        }
        return text;
    }
}
