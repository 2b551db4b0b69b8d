// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.http.Header;
import java.util.List;

/** How an upgrade request ends. */
public sealed interface UpgradeAnswer {

    /**
     * With an HTTP status, and the end of the connection.
     *
     * @param refusal why
     * @param status the HTTP status; mostly the row's own, but a listener may choose another
     * @param reason the reason phrase; what does not fit a status line is replaced
     * @param evidence what was found and what was expected, for the log alone: it is never sent to the peer
     */
    record Refused(Refusal refusal, int status, String reason, String evidence) implements UpgradeAnswer {

        /** A refusal that speaks for itself. */
        public Refused(Refusal refusal, int status, String reason) {
            this(refusal, status, reason, reason);
        }

        /** A refusal in the words of its row. */
        public static Refused of(Refusal refusal) {
            return new Refused(refusal, refusal.status(), refusal.summary());
        }
    }

    /**
     * With 101, and messages between the peer and a part of the server.
     *
     * @param headers lines of the answer beside those that every upgrade has; the edge adds that of an extension it agrees to
     * @param terms what bounds the conversation
     * @param conversation who takes the messages
     */
    record Conversing(List<Header> headers, ConversationTerms terms, Conversation conversation)
            implements UpgradeAnswer {

        /** Never compressed, never idle. */
        public Conversing(List<Header> headers, int longestMessage, Conversation conversation) {
            this(headers, ConversationTerms.of(longestMessage), conversation);
        }
    }

    /**
     * With 101, and frames that pass to and from another peer. Both requests are to be answered so, each naming the
     * other; when the second is, both sockets come to live on one event loop, both answers are written, and frames pass.
     * Whichever side is gone by then, the other is closed.
     *
     * @param headers lines of the answer beside those that every upgrade has
     * @param other whom to join
     * @param reservedBits whether both ends agreed on an extension, so that the reserved bits of frames pass untouched
     */
    record Joining(List<Header> headers, Peer other, boolean reservedBits) implements UpgradeAnswer {}

    /**
     * With 101, and messages that pass part by part between the peer and a part of the server. Before the answer is
     * written the peer's socket comes to live on the event loop of {@code home}, where all that the stream is told comes
     * from, so that bytes pass to and from that connection without changing threads. That {@code home} is gone by then
     * changes nothing: some listeners bear no dial that is not answered, and whoever owns the stream may close it.
     *
     * @param headers lines of the answer beside those that every upgrade has
     * @param longestText bytes; a longer text message ends the stream with 1009. Binary messages have no limit
     * @param home the connection on whose event loop the peer is to live
     * @param stream who takes the messages
     */
    record Streaming(List<Header> headers, int longestText, Connection home, MessageStream stream)
            implements UpgradeAnswer {}
}
