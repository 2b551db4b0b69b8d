// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.UpgradeAnswer;
import dev.fairlead.server.security.Verdict;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Puts a refusal into the words that clients of Hybrid Connections know: a sentence, an id to look for in logs, the
 * entity, the time. Clients find the path in it, and take a text with {@code TrackingId} as it is.
 *
 * @param id a GUID: the request's own {@code sb-hc-id} where it is one
 * @param entity {@code sb://} namespace and path
 * @param at when the request came
 */
record Tracking(String id, String entity, Instant at) {

    private static final Pattern GUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /** UTC, and no letter for the zone, as the original writes it. */
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    /** A status line has its limits in clients, too. */
    private static final int LONGEST_PATH = 512;

    static Tracking of(String requestId, String namespace, HybridPath path, Instant at) {
        boolean isGuid = requestId.length() >= 36
                && GUID.matcher(requestId.substring(0, 36)).matches();
        String encoded = path.encoded();
        return new Tracking(
                isGuid ? requestId.substring(0, 36) : UUID.randomUUID().toString(),
                "sb://" + namespace + "/"
                        + (encoded.length() > LONGEST_PATH ? encoded.substring(0, LONGEST_PATH) : encoded),
                at);
    }

    UpgradeAnswer.Refused refused(Refusal refusal) {
        return refused(refusal, refusal.status(), refusal.summary());
    }

    UpgradeAnswer.Refused refused(Refusal refusal, int status, String sentence) {
        return new UpgradeAnswer.Refused(refusal, status, text(sentence));
    }

    /**
     * {@return the refusal of a request by its token}
     *
     * @param strict whether a missing right is told as 401
     */
    UpgradeAnswer.Refused denied(Verdict.Denied denied, boolean strict) {
        Refusal refusal = denied.refusal();
        int status = strict && refusal.status() == FORBIDDEN ? UNAUTHORIZED : refusal.status();
        return new UpgradeAnswer.Refused(refusal, status, text(refusal.summary()), denied.evidence());
    }

    String text(String sentence) {
        return sentence + ". TrackingId:" + id + "_G0, SystemTracker:" + entity + ", Timestamp:" + TIMESTAMP.format(at);
    }
}
