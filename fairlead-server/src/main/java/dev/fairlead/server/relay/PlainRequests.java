// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.address.InvalidAddress;
import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.HttpService;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import java.time.InstantSource;

/** What plain HTTP requests hear on a port of the relay, which joins WebSockets. */
public final class PlainRequests implements HttpService {

    private final String namespace;
    private final InstantSource clock;

    /** Answers for one namespace, by its host name. */
    public PlainRequests(String namespace, InstantSource clock) {
        this.namespace = namespace;
        this.clock = clock;
    }

    @Override
    public HttpReply answer(HttpQuestion question) {
        Refusal refusal =
                RelayTarget.isUnderRelay(question.target()) ? Refusal.UPGRADE_REQUIRED : Refusal.ENTITY_UNKNOWN;
        throw new RefusedException(
                Tracking.of("", namespace, pathOf(question), clock).refused(refusal),
                question.method() + " " + question.path());
    }

    private static HybridPath pathOf(HttpQuestion question) {
        try {
            return HybridPath.ofUrlPath(question.path());
        } catch (InvalidAddress e) {
            return HybridPath.EMPTY; // there is none to name, and it is not there either way
        }
    }
}
