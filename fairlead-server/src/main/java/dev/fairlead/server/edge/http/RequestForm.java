// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import dev.fairlead.server.connection.Refusal;
import dev.fairlead.server.connection.RefusedException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets only requests pass that are well-formed HTTP/1.1 (RFC 9112): what could be read in two ways is refused and never
 * put right, since somebody before or behind the server may read it the other way.
 */
public final class RequestForm extends ChannelInboundHandlerAdapter {

    /** Whether the request that a channel read last is a {@code HEAD}, whose answer has no body (RFC 9110, 9.3.2). */
    static final AttributeKey<Boolean> HEAD = AttributeKey.valueOf(RequestForm.class, "HEAD");

    /** A host name or address, and a port (RFC 9110, section 7.2); narrower than a URI's authority, and enough. */
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9A-Fa-f:.]{2,45}]|[0-9A-Za-z._-]{1,253})(:[0-9]{1,5})?");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)(https?|wss?)://[^/?#]*");

    /** What the last request had: the next ones of a connection mostly have the same. */
    private @Nullable String goodHost;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest request) {
            if (request.decoderResult().cause() instanceof PrematureChannelClosureException) {
                ReferenceCountUtil.release(message); // hung up in the middle: nobody is there to be refused
                return;
            }
            ctx.channel().attr(HEAD).set(request.method().equals(HttpMethod.HEAD));
            try {
                check(request);
            } catch (RefusedException refused) {
                ReferenceCountUtil.release(message);
                ctx.fireExceptionCaught(refused);
                return;
            }
        } else if (message instanceof HttpContent part && part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            ctx.fireExceptionCaught(malformed(
                    "the body cannot be read (" + part.decoderResult().cause().getMessage() + ")"));
            return;
        }
        ctx.fireChannelRead(message);
    }

    private void check(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            Throwable cause = request.decoderResult().cause();
            boolean tooLong = cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException;
            // What the decoder says repeats the line that it could not read, and with it whatever token stood there.
            throw tooLong
                    ? new RefusedException(Refusal.HEAD_TOO_LARGE, "a head above limits.maxHeaderSize")
                    : malformed("a line of the head cannot be read ("
                            + cause.getClass().getSimpleName() + ")");
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            throw malformed("version " + request.protocolVersion() + " (expected: HTTP/1.1)");
        }
        if (request.method().equals(HttpMethod.CONNECT)) {
            throw new RefusedException(Refusal.TUNNEL_UNKNOWN, "method CONNECT");
        }
        if (hasControlOrBlank(request.uri())) {
            throw malformed("a control character in the target");
        }
        if (!request.uri().startsWith("/")) {
            request.setUri(originForm(request.uri()));
        }
        if (!request.uri().startsWith("/")) {
            throw malformed("the target is no path (expected: a target that begins with /)");
        }
        var hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1 || !(hosts.getFirst().equals(goodHost) || isAuthority(hosts.getFirst()))) {
            throw malformed("a Host that is none, or " + hosts.size()
                    + " of them (expected: one host name with or without a port)");
        }
        goodHost = hosts.getFirst();
        checkLength(request.headers());
    }

    /** Whoever takes another length than the server does reads another request behind this one (RFC 9112, section 11.2). */
    private static void checkLength(HttpHeaders headers) {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean sized = headers.contains(HttpHeaderNames.CONTENT_LENGTH);
        if (!codings.isEmpty() && sized) {
            throw malformed("Transfer-Encoding beside Content-Length");
        }
        if (codings.size() > 1 || (codings.size() == 1 && !codings.getFirst().equalsIgnoreCase("chunked"))) {
            throw malformed("a Transfer-Encoding (expected: chunked, or none)");
        }
        // Of a request with both the decoder takes eight bytes for a body, as a draft before RFC 6455 had it.
        if (!sized && headers.contains("Sec-WebSocket-Key1") && headers.contains("Sec-WebSocket-Key2")) {
            throw malformed("an upgrade of before RFC 6455");
        }
    }

    private static boolean hasControlOrBlank(String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) == 0x7F) {
                return true;
            }
        }
        return false;
    }

    /** A target with scheme and authority is what proxies are sent; a server takes it, too (RFC 9112, section 3.2.2). */
    private static String originForm(String target) {
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.lookingAt()) {
            return target;
        }
        String rest = target.substring(absolute.end());
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    /** {@return whether this is a host with or without a port, as it may stand in {@code Host}} */
    static boolean isAuthority(String text) {
        return AUTHORITY.matcher(text).matches();
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(Refusal.REQUEST_MALFORMED, detail);
    }
}
