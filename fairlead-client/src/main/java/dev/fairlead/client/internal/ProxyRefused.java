// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A proxy does not open the way to a relay. It is an answer and no fault: it has no stack trace. */
public final class ProxyRefused extends IOException {

    private static final long serialVersionUID = 1L;

    private static final int WANTS_CREDENTIALS = 407;
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
    private static final Pattern BASIC = Pattern.compile("(?i)(^|,)\\s*Basic(\\s|,|$)");
    private static final Pattern REALM = Pattern.compile("(?i)(?:^|,)\\s*Basic\\s[^,]*?realm=\"([^\"]*)\"");

    private final int statusCode;
    private final String challenges;

    private ProxyRefused(String message, int statusCode, String challenges) {
        super(message);
        this.statusCode = statusCode;
        this.challenges = challenges;
    }

    /** Says what a proxy answered. */
    static ProxyRefused of(String proxy, WebSocketAddress target, ResponseHead head) {
        String said = (head.statusCode() + " " + head.reason()).strip();
        return new ProxyRefused(
                proxy
                        + (head.statusCode() == WANTS_CREDENTIALS
                                ? " wants a user name and a password: "
                                : " does not connect to " + target.host() + ":" + target.port() + ": ")
                        + said,
                head.statusCode(),
                head.value("Proxy-Authenticate"));
    }

    /** {@return the same refusal in other words} */
    ProxyRefused saying(String message) {
        return new ProxyRefused(message, statusCode, challenges);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    boolean wantsCredentials() {
        return statusCode == WANTS_CREDENTIALS;
    }

    boolean takesBasic() {
        return BASIC.matcher(challenges).find();
    }

    /** {@return the names of the kinds of authentication that the proxy takes} */
    String kinds() {
        String names = String.join(
                ", ",
                List.of(challenges.split(",", -1)).stream()
                        .map(part -> part.strip().replaceFirst("\\s.*", ""))
                        .filter(name -> !name.isEmpty() && !name.contains("="))
                        .toList());
        return names.isEmpty() ? "none that it names" : names;
    }

    /** {@return what the proxy calls that which the credentials are for; empty if it does not say} */
    String realm() {
        Matcher realm = REALM.matcher(challenges);
        return realm.find() ? realm.group(1) : "";
    }

    /** {@return whether a failure is a proxy's refusal for a reason that does not pass by itself} */
    public static boolean isLasting(@Nullable Throwable failure) {
        return failure instanceof ProxyRefused refused && !PASSING.contains(refused.statusCode);
    }
}
