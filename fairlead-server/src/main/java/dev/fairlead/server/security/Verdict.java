// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.security;

import dev.fairlead.server.connection.Refusal;

/** What an {@link Authorizer} says of a request. */
public sealed interface Verdict {

    /** It may go on. */
    record Granted(Grant grant) implements Verdict {}

    /**
     * It may not.
     *
     * @param refusal what the peer is told
     * @param evidence what was found, for the log; it holds no secret
     */
    record Denied(Refusal refusal, String evidence) implements Verdict {}
}
