// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.settings;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of addresses, written {@code 10.0.0.0/8}, {@code fd00::/8}, or as a single address. An IPv4 address that is
 * written inside IPv6 ({@code ::ffff:10.0.0.1}, RFC 4291, section 2.5.5.2) is the IPv4 address.
 *
 * @param address the first address of the range: every bit behind the prefix is zero
 * @param prefixLength how many bits all its addresses share; 0 to 32, or to 128 for IPv6
 */
public record Network(InetAddress address, int prefixLength) {

    /** What to write, for messages. */
    public static final String EXPECTED =
            "an address, or the first address of a network and its prefix length, such as 10.0.0.0/8 or fd00::/8";

    private static final int MAPPED_PREFIX_BITS = 96;
    private static final Pattern WRITTEN = Pattern.compile("([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:/(\\d{1,3}))?");
    private static final Pattern DOTTED = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    /** @throws IllegalArgumentException if the length does not fit the address, or bits behind the prefix are set */
    public Network {
        int bits = address.getAddress().length * Byte.SIZE;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "/" + prefixLength + " (expected: a prefix length from 0 to " + bits + ")");
        }
        InetAddress first = first(address, prefixLength);
        if (!first.equals(address)) {
            throw new IllegalArgumentException(address.getHostAddress() + "/" + prefixLength + " (expected: "
                    + first.getHostAddress() + "/" + prefixLength + ", the network's first address)");
        }
    }

    /**
     * Reads a network; looks no name up.
     *
     * @throws IllegalArgumentException if {@code text} is neither an address nor a network
     */
    public static Network parse(String text) {
        Matcher parts = WRITTEN.matcher(text);
        if (!parts.matches()) {
            throw unreadable(text);
        }
        String written = parts.group(1);
        boolean six = written.indexOf(':') >= 0;
        if (!six && !DOTTED.matcher(written).matches()) {
            throw unreadable(text);
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(written);
        } catch (IllegalArgumentException e) {
            throw unreadable(text);
        }
        int bits = address.getAddress().length * Byte.SIZE;
        String prefix = parts.group(2);
        if (prefix == null) {
            return new Network(address, bits);
        }
        boolean mapped = six && address instanceof Inet4Address;
        return new Network(address, Integer.parseInt(prefix) - (mapped ? MAPPED_PREFIX_BITS : 0));
    }

    /** {@return whether {@code candidate} lies in this range} */
    public boolean contains(InetAddress candidate) {
        InetAddress plain = unmapped(candidate);
        return plain.getAddress().length == address.getAddress().length
                && first(plain, prefixLength).equals(address);
    }

    /** {@return whether {@code candidate} lies in one of these} */
    public static boolean anyContains(List<Network> networks, InetAddress candidate) {
        return networks.stream().anyMatch(network -> network.contains(candidate));
    }

    /** {@return the network as {@link #parse} reads it; a single address without its length} */
    @Override
    public String toString() {
        boolean single = prefixLength == address.getAddress().length * Byte.SIZE;
        return address.getHostAddress() + (single ? "" : "/" + prefixLength);
    }

    private static InetAddress first(InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.clamp(prefixLength - (long) i * Byte.SIZE, 0, Byte.SIZE);
            bytes[i] &= (byte) (0xFF << (Byte.SIZE - kept));
        }
        return ofBytes(bytes);
    }

    private static InetAddress unmapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean mapped = bytes.length == 16 && bytes[10] == -1 && bytes[11] == -1;
        for (int i = 0; mapped && i < 10; i++) {
            mapped = bytes[i] == 0;
        }
        return mapped ? ofBytes(Arrays.copyOfRange(bytes, 12, 16)) : address;
    }

    private static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(text + " (expected: " + EXPECTED + ")");
    }
}
