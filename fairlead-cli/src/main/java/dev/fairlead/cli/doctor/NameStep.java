// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which addresses the relay's name stands for. */
final class NameStep {

    static final String NAME = "name";

    private NameStep() {}

    static Insight<List<InetAddress>> examine(String host) {
        List<InetAddress> addresses;
        try {
            addresses = List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException _) {
            return Insight.end(unknown(host));
        }
        if (host.contains(":") || host.matches("[0-9.]+")) {
            return Insight.of(Finding.ok(NAME, host + " is an address: nothing to look up"), addresses);
        }
        return Insight.of(
                Finding.ok(
                        NAME,
                        host + " is " + addresses.stream().map(NameStep::shown).collect(Collectors.joining(", "))),
                addresses);
    }

    static Finding unknown(String host) {
        return Finding.fail(
                NAME,
                host + " is unknown: neither DNS nor the hosts file has it",
                host.toLowerCase(Locale.ROOT).endsWith(".servicebus.windows.net")
                        ? "see that the namespace is spelled right and was not deleted"
                        : "see that it is spelled right; ask DNS with `nslookup " + host
                                + "`, or enter it in the hosts file");
    }

    /** {@return an address as it stands in a URL} */
    static String shown(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}
