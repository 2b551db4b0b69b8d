// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.util.Locale;

/**
 * Why a relay turned somebody away, read from status and words as Fairlead and Azure Relay write them (fact sheet, section
 * 5), and what to do about it.
 */
enum Objection {
    /** None: it did not. */
    NONE("it agrees", ""),
    WRONG_KEY(
            "the relay does not know this key: either the key or the name of its rule is wrong",
            "compare SharedAccessKeyName and SharedAccessKey with the relay's keys (names count as much as keys); the key may "
                    + "have been rotated, be that of another namespace, or be cut off"),
    EXPIRED(
            "the relay takes the token for expired",
            "sign a new one, and compare the clocks of the machine that signs and of the relay"),
    AUDIENCE(
            "the token is for another path or host",
            "sign it for the address that is dialled, or for the whole namespace"),
    MALFORMED("the relay cannot read the token", "explain it with `fairlead token check`"),
    NO_TOKEN(
            "the relay asks for a token",
            "give a key or a token; only hybrid connections for anonymous senders do without"),
    NO_RIGHT("the key is good, but lacks a right", "use a key whose rule has the right"),
    NO_TRUST("the relay refuses the token", "see that key, name of the key and path are the relay's"),
    FORBIDDEN("the relay forbids it", "see the relay's log for the reason"),
    NO_PATH(
            "there is no such hybrid connection",
            "see that the path is spelled right; create it first (Fairlead: relay.hybridConnections; or start a listener, where "
                    + "relay.createOnListen is true)"),
    NOBODY_LISTENS(
            "nobody listens",
            "start a listener, with `fairlead listen PATH --echo` for one; if it runs, its log says why it is not online"),
    QUOTA("a quota is used up", "stop a listener, or raise maxListeners of the hybrid connection"),
    LISTENER_SILENT(
            "a listener is online, but did not answer in time",
            "see that the listener's program runs and can dial the relay's address that it is told (relay.publicAddress)"),
    BUSY("the relay has no room at the moment", "try again later; the relay's log says which limit is reached"),
    LISTENER_REFUSES(
            "the listener's program itself turns this sender away, not the relay",
            "see the listener's log: the relay is not the cause"),
    OTHER("the relay answers what a relay does not", "see that this is a relay, and no other server or proxy");

    private final String meaning;
    private final String remedy;

    Objection(String meaning, String remedy) {
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /** {@return what is the case, in plain words} */
    String meaning() {
        return meaning;
    }

    /** {@return what to do} */
    String remedy() {
        return remedy;
    }

    /** {@return what an answer objects to} */
    static Objection of(Answer answer) {
        if (answer.status() == Answer.UPGRADED || answer.status() == 200) {
            return NONE;
        }
        String said = (answer.reason() + " " + answer.body()).toLowerCase(Locale.ROOT);
        return switch (answer.status()) {
            case 401, 403 -> ofToken(answer.status(), said);
            case 404, 502, 503 -> ofAbsence(answer.status(), said);
            case 408, 504 -> LISTENER_SILENT;
            case 429 -> BUSY;
            default -> OTHER;
        };
    }

    private static Objection ofToken(int status, String said) {
        if (said.contains("claim(s) are required") || said.contains("claim is required")) {
            return NO_RIGHT;
        }
        if (said.contains("quotaexceeded")) {
            return QUOTA;
        }
        if (said.contains("expired")) {
            return EXPIRED;
        }
        if (said.contains("audience")) {
            return AUDIENCE;
        }
        if (said.contains("signature")) {
            return said.contains("malformed") ? MALFORMED : WRONG_KEY;
        }
        if (said.contains("malformed")) {
            return MALFORMED;
        }
        if (said.contains("missingtoken")) {
            return NO_TOKEN;
        }
        return status == 401 ? NO_TRUST : FORBIDDEN;
    }

    private static Objection ofAbsence(int status, String said) {
        if (said.contains("no listeners") || said.contains("listeners connected")) {
            return NOBODY_LISTENS;
        }
        return status == 404 ? NO_PATH : BUSY;
    }
}
