// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.http;

import dev.fairlead.protocol.control.ControlMessage;
import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.http.ReasonPhrase;
import dev.fairlead.protocol.http.RelayHeaders;
import dev.fairlead.server.connection.HttpAnswer;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Makes a listener's response into what its sender is told. */
final class AnswerHead {

    private static final int LEAST_STATUS = 200;
    private static final int MOST_STATUS = 999;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /** What a {@code long} holds for sure. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    private AnswerHead() {}

    /** {@return whether a sender can be told this: a final status (RFC 9110, section 15)} */
    static boolean isUsable(ControlMessage.Response response) {
        return response.statusCode() >= LEAST_STATUS && response.statusCode() <= MOST_STATUS;
    }

    /** {@return whether an answer has no body whatever its head says (RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5)} */
    static boolean isBodiless(String method, int status) {
        return method.equals("HEAD") || status == NO_CONTENT || status == NOT_MODIFIED;
    }

    /** {@return how long the listener says that the body would be, which it may of one that it does not send} */
    static OptionalLong declaredBytes(ControlMessage.Response response) {
        return response.responseHeaders().stream()
                .filter(header -> header.is("Content-Length")
                        && DIGITS.matcher(header.value()).matches())
                .mapToLong(header -> Long.parseLong(header.value()))
                .findFirst();
    }

    /** {@return the head, with a type for a body that has none: some clients fail at one that they are not told of} */
    static HttpAnswer of(ControlMessage.Response response, boolean hasBody, String namespace) {
        List<Header> headers = RelayHeaders.responseHeaders(response.responseHeaders(), namespace);
        if (hasBody && headers.stream().noneMatch(header -> header.is("Content-Type"))) {
            headers.add(new Header("Content-Type", "application/octet-stream"));
        }
        String reason = response.statusDescription().isEmpty()
                ? ReasonPhrase.of(response.statusCode())
                : response.statusDescription();
        return new HttpAnswer(response.statusCode(), reason, headers);
    }
}
