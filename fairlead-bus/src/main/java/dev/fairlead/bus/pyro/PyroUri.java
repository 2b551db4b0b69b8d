// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.pyro;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a Pyro object is. */
record PyroUri(String object, String host, int port) {

    static final String NAME_SERVER = "Pyro.NameServer";

    /** How Python names the class. */
    static final String CLASS = "Pyro4.core.URI";

    private static final Pattern TEXT = Pattern.compile("PYRO:([^@\\s]+)@([^@\\s]+):([0-9]{1,5})");

    /**
     * Reads what a name server gives, a text or an object.
     *
     * @throws Unreadable if it is neither, or not one of TCP
     */
    static PyroUri of(@Nullable Object value) throws Unreadable {
        if (value instanceof PythonObject uri
                && uri.className().equals(CLASS)
                && uri.state() instanceof Object[] state
                && state.length == 5
                && "PYRO".equals(state[0])
                && state[1] instanceof String object
                && state[3] instanceof String host
                && state[4] instanceof Number port) {
            return new PyroUri(object, host, checked(port.longValue()));
        }
        if (value instanceof String text) {
            Matcher matcher = TEXT.matcher(text);
            if (matcher.matches()) {
                return new PyroUri(matcher.group(1), matcher.group(2), checked(Long.parseLong(matcher.group(3))));
            }
        }
        throw new Unreadable("an address that is none");
    }

    private static int checked(long port) throws Unreadable {
        if (port < 1 || port > 65_535) {
            throw new Unreadable("an address with port " + port);
        }
        return (int) port;
    }

    /** {@return the text, which name servers take in the place of an object} */
    @Override
    public String toString() {
        return "PYRO:" + object + "@" + host + ":" + port;
    }
}
