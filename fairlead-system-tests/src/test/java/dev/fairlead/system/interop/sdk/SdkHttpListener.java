// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import dev.fairlead.client.RelayListener;
import dev.fairlead.client.http.RelayedExchange;
import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.client.http.RequestHandler;
import dev.fairlead.protocol.token.ConnectionString;
import dev.fairlead.system.interop.Story;
import dev.fairlead.system.interop.Told;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A listener of the SDK that answers as {@code node/http-listener.js} does. */
final class SdkHttpListener implements Story, RequestHandler {

    private static final Pattern LENGTH = Pattern.compile("(?:^|&)length=(\\d+)(?:&|$)");
    private static final Pattern CODE = Pattern.compile("(?:^|&)code=(\\d+)(?:&|$)");
    private static final int PART = 10_000;

    private final Told told = new Told();
    private final RelayListener listener;

    /** Is online when made. */
    SdkHttpListener(RelayUnderTest relay, String path) {
        listener = RelayListener.builder(ConnectionString.parse(relay.connectionString()))
                .path(path)
                .sslContext(relay.authority().trusting())
                .onRequest(this)
                .build();
        listener.open().join();
    }

    @Override
    public void handle(RelayedExchange exchange) throws Exception {
        RelayedHttpRequest request = exchange.request();
        told.tell("asked " + request.method() + " " + request.target());
        exchange.response().header("Access-Control-Allow-Origin", "*");
        int bytes = number(LENGTH, request.query());
        try (OutputStream out = exchange.response().body()) {
            switch (request.path().substring(request.path().lastIndexOf('/') + 1)) {
                case "digest" -> out.write(digest(request.body()).getBytes(StandardCharsets.UTF_8));
                case "echo" -> request.body().transferTo(out);
                case "bytes" -> out.write(pattern(0, bytes));
                case "parts", "piped" -> {
                    for (int at = 0; at < bytes; at += PART) {
                        out.write(pattern(at, Math.min(PART, bytes - at)));
                        out.flush();
                    }
                }
                case "status" -> exchange.response().status(number(CODE, request.query()));
                default -> exchange.response().status(404);
            }
        }
    }

    private static int number(Pattern parameter, String query) {
        Matcher found = parameter.matcher(query);
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    private static String digest(InputStream body) throws Exception {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream in = new DigestInputStream(body, hash)) {
            long length = in.transferTo(OutputStream.nullOutputStream());
            return length + " " + HexFormat.of().formatHex(hash.digest());
        }
    }

    private static byte[] pattern(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((from + i) * 7 + 3);
        }
        return bytes;
    }

    @Override
    public String prints(String beginning) {
        return told.next(beginning, () -> "");
    }

    @Override
    public void close() {
        listener.close();
    }
}
