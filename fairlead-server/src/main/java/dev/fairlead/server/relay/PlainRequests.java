// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.RelayTarget;
import dev.fairlead.server.connection.HttpQuestion;
import dev.fairlead.server.connection.HttpReply;
import dev.fairlead.server.connection.HttpService;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;

/** What plain HTTP requests hear on a port of the relay, which joins WebSockets. */
public final class PlainRequests implements HttpService {

    @Override
    public HttpReply answer(HttpQuestion question) {
        Refusal refusal =
                RelayTarget.isUnderRelay(question.target()) ? Refusal.UPGRADE_REQUIRED : Refusal.ENTITY_UNKNOWN;
        throw new RefusedException(refusal, question.method() + " " + question.path());
    }
}
