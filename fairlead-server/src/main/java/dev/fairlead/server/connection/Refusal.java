// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a peer was turned away. One row for each cause, so that the answer on the wire, the line in the log, the label of
 * the metric and the entry in the manual are the same row.
 */
public enum Refusal {
    /** The request is no HTTP/1.1 as RFC 9112 has it. */
    REQUEST_MALFORMED(
            400,
            "BadRequest",
            "The request is not well-formed HTTP/1.1",
            "see with a packet capture what the client, or a proxy before the relay, sends"),

    /** Plain HTTP on a port that speaks TLS. */
    TLS_EXPECTED(
            400,
            "BadRequest",
            "This port speaks TLS",
            "dial it with https, wss, or an sb connection string; or dial a plain port"),

    /** No whole request head within the limit. */
    REQUEST_TOO_SLOW(
            408,
            "RequestTimeout",
            "The request did not arrive in time",
            "raise limits.handshakeTimeout, or relay.requestTimeout for a body, if the network is slow"),

    /** The request head is longer than the limit. */
    HEAD_TOO_LARGE(
            431,
            "HeadersTooLarge",
            "The request line and headers are too large",
            "send fewer or shorter headers, or raise limits.maxHeaderSize"),

    /** A request with {@code Upgrade: websocket} that breaks RFC 6455, section 4.2.1. */
    UPGRADE_MALFORMED(
            400,
            "BadRequest",
            "The upgrade request is not what RFC 6455 asks for",
            "see whether a proxy before the relay drops or changes the Upgrade, Connection or Sec-WebSocket headers"),

    /** Another version of the WebSocket protocol than 13. */
    VERSION_UNSUPPORTED(
            426, "UpgradeRequired", "The WebSocket version must be 13", "use a client that speaks RFC 6455"),

    /** A plain request to an address that is for WebSockets. */
    UPGRADE_REQUIRED(
            426,
            "UpgradeRequired",
            "This address takes WebSocket upgrades only",
            "dial it with a WebSocket client; if one was used, see whether a proxy drops its Upgrade header"),

    /** An address that breaks the rules for paths and {@code sb-hc-} parameters. */
    ADDRESS_INVALID(
            400,
            "BadRequest",
            "The address is not one of a hybrid connection",
            "compare the path and the sb-hc- parameters with the protocol's chapter on addresses"),

    /** No hybrid connection of that path. */
    ENTITY_UNKNOWN(
            404,
            "EndpointNotFound",
            "Endpoint does not exist",
            "add the path to relay.hybridConnections, or set relay.createOnListen"),

    /** The hybrid connection is there, and nobody listens. */
    LISTENER_ABSENT(
            404,
            "EndpointNotFound",
            "There are no listeners connected for the endpoint",
            "start a listener; its log says why it is not online"),

    /** Nobody of those who listen is among those the sender asked for. */
    LISTENERS_EXCLUDED(
            404,
            "EndpointNotFound",
            "None of the connected listeners meet the AllowedListeners/DisallowedListeners criteria",
            "compare the ids in the sender's headers with the sb-hc-id of the listeners"),

    /** No token where one is needed. */
    TOKEN_MISSING(
            401,
            "TokenMissingOrInvalid",
            "MissingToken: The request has no token",
            "send one in the ServiceBusAuthorization header or the sb-hc-token parameter"),

    /** A token that cannot be read. */
    TOKEN_MALFORMED(
            401,
            "TokenMissingOrInvalid",
            "MalformedToken: The token is not a shared access signature",
            "explain it with `fairlead token check`"),

    /** A token signed with none of the keys of its rule, or naming no rule. */
    TOKEN_SIGNATURE_INVALID(
            401,
            "TokenMissingOrInvalid",
            "InvalidSignature: The token has an invalid signature",
            "compare key name and key with the configuration; explain the token with `fairlead token check`"),

    /** The token's {@code se} lies in the past. */
    TOKEN_EXPIRED(
            401,
            "TokenMissingOrInvalid",
            "ExpiredToken: The token is expired",
            "sign a new token, and compare the signer's clock with the relay's"),

    /** The token is for another path. */
    TOKEN_AUDIENCE_WRONG(
            401,
            "TokenMissingOrInvalid",
            "InvalidAudience: The authorization header contains a token with a wrong audience",
            "sign the token for the address that is dialled, or for the whole namespace"),

    /** The key may not listen here. */
    LISTEN_RIGHT_MISSING(
            403,
            "Forbidden",
            "Unauthorized access. 'Listen' claim(s) are required to perform this operation",
            "use a key whose rights hold Listen"),

    /** The key may not send here. */
    SEND_RIGHT_MISSING(
            403,
            "Forbidden",
            "Unauthorized access. 'Send' claim(s) are required to perform this operation",
            "use a key whose rights hold Send"),

    /** The key may not administer. */
    MANAGE_RIGHT_MISSING(
            403,
            "Forbidden",
            "Unauthorized access. 'Manage' claim(s) are required to perform this operation",
            "use a key whose rights hold Manage"),

    /** As many listeners as the hybrid connection takes are there already. */
    LISTENERS_FULL(
            403,
            "QuotaExceeded",
            "QuotaExceeded: The maximum number of listeners is connected to the endpoint",
            "stop a listener, or raise maxListeners of the hybrid connection"),

    /** As many hybrid connections as the server keeps are there already, and this one would come to be. */
    ENTITIES_FULL(
            403,
            "QuotaExceeded",
            "QuotaExceeded: The namespace has as many hybrid connections as it may",
            "see who listens on ever new paths; name the paths that matter in relay.hybridConnections"),

    /** A listener's path is one that the gateway answers. */
    PATH_TAKEN(
            403,
            "Forbidden",
            "The path belongs to the gateway",
            "choose a path for the hybrid connection that no endpoint of the gateway has"),

    /** The sender's headers do not fit the message that tells a listener of it. */
    OFFER_TOO_LARGE(
            431,
            "HeadersTooLarge",
            "The headers do not fit the message to the listener",
            "send fewer or shorter headers: listeners take messages of at most 64 KiB"),

    /** As many senders wait for each listener as may. */
    LISTENERS_BUSY(
            503,
            "ServerBusy",
            "Too many senders wait for the connected listeners",
            "add listeners, see why they dial slowly, or raise relay.maxWaitingPerListener",
            Duration.ofSeconds(1)),

    /** A listener was told of the sender and did not dial in time. */
    LISTENER_SILENT(
            504,
            "GatewayTimeout",
            "None of the connected listeners accepted the connection within the allowed timeout",
            "see whether the listener can reach the relay's address that it was told, or raise relay.acceptTimeout"),

    /** A listener was told of the request and did not answer in time. */
    RESPONSE_LATE(
            504,
            "GatewayTimeout",
            "The request was routed to the listener but the listener did not respond in the required time",
            "see why the listener is slow, or raise relay.requestTimeout, or requestTimeout of the hybrid connection"),

    /** A listener was told of the request and was lost before it had answered. */
    LISTENER_LOST(
            502,
            "BadGateway",
            "The listener was lost before it had answered",
            "see the listener's log; a request that may be made twice can be tried again"),

    /** A listener's answer has a status that is none, or that no sender can be told. */
    RESPONSE_UNUSABLE(
            502,
            "BadGateway",
            "The listener's response cannot be passed on",
            "see that the listener answers with a status from 200 to 999"),

    /** A WebSocket where the hybrid connection is for plain HTTP alone. */
    WEBSOCKETS_OFF(
            405,
            "MethodNotAllowed",
            "This endpoint takes plain HTTP requests only",
            "send plain HTTP requests, or set webSockets of the hybrid connection to true"),

    /** A tunnel was asked for. */
    TUNNEL_UNKNOWN(
            405,
            "MethodNotAllowed",
            "CONNECT is not relayed",
            "use another method; a WebSocket through the relay carries any stream of bytes"),

    /** A listener turned the sender away; its status and words are passed on. */
    LISTENER_REJECTED(
            400, "ConnectionNotEstablished", "Rejected by the listener", "ask the listener's log for its reasons"),

    /** What a listener that rejects is answered: the meeting is over. */
    REJECTION_DELIVERED(410, "Gone", "Gone", "nothing is to be done: the sender was told of the rejection"),

    /** A rendezvous address that is unknown, used, late or another hybrid connection's. */
    RENDEZVOUS_UNKNOWN(
            400,
            "BadRequest",
            "The connection id is unknown or was used already",
            "dial each address once, as it was given, and within relay.acceptTimeout"),

    /** Nothing of that name here. */
    PAGE_UNKNOWN(404, "NotFound", "Not Found", "see the manual for the pages that there are"),

    /** A page that is only read. */
    METHOD_NOT_ALLOWED(405, "MethodNotAllowed", "Method Not Allowed", "use GET"),

    /** The {@code Host} of a management request is neither loopback nor configured. */
    HOST_FOREIGN(
            403,
            "Forbidden",
            "The Host is not one of the management's",
            "use the address of management.address in the URL"),

    /** A web page of another origin asks. */
    ORIGIN_FOREIGN(
            403, "Forbidden", "The Origin is foreign", "call the management from its own pages or from a program"),

    /** A page of an origin that its endpoint of the gateway does not allow. */
    ORIGIN_NOT_ALLOWED(
            403,
            "Forbidden",
            "Pages of this origin may not connect here",
            "add the origin to the endpoint's allowedOrigins if it is yours"),

    /** A client of the gateway shows no token where one is needed. */
    CREDENTIALS_MISSING(
            401,
            "Unauthorized",
            "The request shows no credentials",
            "send a token in one of the places that authentication.from of the endpoint names"),

    /** A client of the gateway shows what is no token, one that is unknown, or one that fails a check. */
    CREDENTIALS_INVALID(
            401,
            "Unauthorized",
            "The credentials are not valid",
            "see in the log, at DEBUG, which check failed; compare the token with the endpoint's authentication"),

    /** A client of the gateway shows a token whose {@code exp} lies in the past. */
    CREDENTIALS_EXPIRED(
            401,
            "Unauthorized",
            "The credentials have expired",
            "fetch a new token, and compare the issuer's clock with the gateway's"),

    /** There are no keys to check the tokens of the gateway's clients with, or they are too old. */
    CREDENTIALS_UNVERIFIABLE(
            503,
            "ServerBusy",
            "Credentials cannot be checked at the moment",
            "see in the log why the endpoint's authentication.jwks cannot be read",
            Duration.ofSeconds(5)),

    /** As many sessions as the endpoint's {@code maxSessions} allows are open. */
    SESSIONS_FULL(
            503,
            "ServerBusy",
            "There are as many sessions here as there may be",
            "raise the endpoint's maxSessions, or add a gateway",
            Duration.ofSeconds(10)),

    /** The backend was asked whether a client may come, and said no. */
    BACKEND_REFUSED(
            403, "Forbidden", "The service turned the client away", "see why the backend's connect callback refuses"),

    /** The backend was to be asked whether a client may come, and did not answer. */
    BACKEND_AWAY(
            503,
            "ServerBusy",
            "The service does not answer",
            "see whether the backend runs, and whether the gateway can reach it",
            Duration.ofSeconds(5)),

    /** As many connections as {@code limits.maxConnections} allows are open. */
    CONNECTIONS_FULL(
            503,
            "ServerBusy",
            "The relay has as many connections as it takes",
            "raise limits.maxConnections, or add a relay",
            Duration.ofSeconds(10)),

    /** One client's address has as many connections as {@code limits.maxConnectionsPerAddress} allows. */
    ADDRESS_FULL(
            429,
            "TooManyRequests",
            "Too many connections from this address",
            "raise limits.maxConnectionsPerAddress; if clients share a proxy, name it in limits.trustedProxies",
            Duration.ofSeconds(30)),

    /** There was no memory for what others sent, a moment ago. */
    MEMORY_SHORT(
            503,
            "ServerBusy",
            "The relay is short of memory",
            "give the JVM more with -XX:MaxDirectMemorySize, or take fewer with limits.maxConnections",
            Duration.ofSeconds(10)),

    /** The server goes down, and takes nobody new. */
    DRAINING(
            503,
            "ServerBusy",
            "The relay is stopping",
            "try again: another node, or this one after its restart, answers",
            Duration.ofSeconds(5)),

    /** A fault of the server; the log has its trace. */
    INTERNAL(500, "InternalServerError", "Internal error", "look for the connection's id in the log");

    private final int status;
    private final String code;
    private final String summary;
    private final String remedy;
    private final @Nullable Duration retryAfter;

    Refusal(int status, String code, String summary, String remedy) {
        this(status, code, summary, remedy, null);
    }

    Refusal(int status, String code, String summary, String remedy, @Nullable Duration retryAfter) {
        this.status = status;
        this.code = code;
        this.summary = summary;
        this.remedy = remedy;
        this.retryAfter = retryAfter;
    }

    /** {@return the HTTP status} */
    public int status() {
        return status;
    }

    /** {@return the code in the body of an HTTP error} */
    public String code() {
        return code;
    }

    /** {@return a sentence for the peer, without its full stop} */
    public String summary() {
        return summary;
    }

    /** {@return what an operator can do about it} */
    public String remedy() {
        return remedy;
    }

    /** {@return what the header {@code Retry-After} says, whole seconds; empty for what does not pass by itself} */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * {@return what the header {@code WWW-Authenticate} says (RFC 6750, section 3); empty for what no bearer token would mend,
     * and for the relay, whose clients are answered as the original answers them}
     */
    public Optional<String> challenge() {
        return switch (this) {
            case CREDENTIALS_MISSING -> Optional.of("Bearer");
            case CREDENTIALS_INVALID, CREDENTIALS_EXPIRED -> Optional.of("Bearer error=\"invalid_token\"");
            default -> Optional.empty();
        };
    }

    /** {@return the label in metrics} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
