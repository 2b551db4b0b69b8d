// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.server.connection.HttpAnswer;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.relay.listener.HybridConnection;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a hybrid connection tells of itself to the .NET client, which asks by a plain {@code GET} with a header of its own
 * (fact sheet, section 6): an Atom entry. The order of the elements matters there.
 */
final class RuntimeInformation {

    static final HttpAnswer HEAD = new HttpAnswer(
            200, "OK", List.of(new Header("Content-Type", "application/atom+xml;type=entry;charset=utf-8")));

    private RuntimeInformation() {}

    /** {@return whether a request is for the relay itself, and not for a listener} */
    static boolean isAskedFor(HttpQuestion question) {
        return question.method().equals("GET")
                && question.headers()
                        .first("X-PROCESS-AT")
                        .filter(place -> place.equalsIgnoreCase("ServiceBus"))
                        .isPresent();
    }

    /** {@return the head of an error: the client reads the page below it, and not the one that others read} */
    static HttpAnswer headOf(UpgradeAnswer.Refused refused) {
        return new HttpAnswer(
                refused.status(),
                refused.reason(),
                List.of(new Header("Content-Type", "application/xml; charset=utf-8")));
    }

    /** {@return the page of an error} */
    static String of(UpgradeAnswer.Refused refused) {
        return "<Error><Code>" + refused.status() + "</Code><Detail>" + escaped(refused.reason()) + "</Detail></Error>";
    }

    /** {@return the entry} */
    static String of(HybridConnection connection, String namespace) {
        String since = connection.since().truncatedTo(ChronoUnit.SECONDS).toString();
        String name = escaped(connection.path().spelled());
        return """
                <?xml version="1.0" encoding="utf-8"?>
                <entry xmlns="http://www.w3.org/2005/Atom">\
                <id>https://%1$s/%2$s?api-version=2016-07</id>\
                <title type="text">%3$s</title>\
                <published>%4$s</published><updated>%4$s</updated>\
                <author><name>%1$s</name></author>\
                <link rel="self" href="https://%1$s/%2$s?api-version=2016-07"/>\
                <content type="application/xml">\
                <HybridConnectionDescription \
                xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect" \
                xmlns:i="http://www.w3.org/2001/XMLSchema-instance">\
                <CreatedAt>%4$s</CreatedAt><UpdatedAt>%4$s</UpdatedAt>\
                <RequiresClientAuthorization>%5$s</RequiresClientAuthorization>\
                <ListenerCount>%6$d</ListenerCount>\
                </HybridConnectionDescription></content></entry>
                """.formatted(
                        escaped(namespace),
                        escaped(connection.path().encoded()),
                        name,
                        since,
                        !connection.terms().anonymousSenders(),
                        connection.online().size());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
