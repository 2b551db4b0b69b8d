// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, protocol, "Refusals": clients read their errors from the reason phrase, and headers by their spelling. */
class ResponseHeadTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "OK",
                "Endpoint does not exist. TrackingId:1_G0, SystemTracker:sb://h/p, Timestamp:2026-03-01T12:00:00",
                "tabs\tand \u00e4 latin letters",
                " leading and trailing blanks "
            })
    void reasonGoesOutVerbatim(String reason) {
        assertThat(head(404, reason)).isEqualTo("HTTP/1.1 404 " + reason + "\r\n\r\n");
    }

    @Test
    void headersKeepTheirOrderAndSpelling() {
        String head = head(
                200,
                "OK",
                new Header("x-Odd-CASE", "1"),
                new Header("Set-Cookie", "a=b"),
                new Header("Set-Cookie", "c=d"),
                new Header("Empty", ""));

        assertThat(head)
                .isEqualTo("HTTP/1.1 200 OK\r\nx-Odd-CASE: 1\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nEmpty: \r\n\r\n");
    }

    @Test
    void whatWouldBreakALineIsReplaced() {
        String head = head(
                400,
                "a\r\nb\u0000c\u007fd\u20ace",
                new Header("na\nme", "va\rlue"),
                new Header("\r\n\r\n", "\r\n\r\n"));

        assertThat(head).isEqualTo("HTTP/1.1 400 a??b?c?d?e\r\nna?me: va?lue\r\n????: ????\r\n\r\n");
    }

    @Test
    void reasonHasABoundedLength() {
        assertThat(head(400, "x".repeat(100_000))).hasSize("HTTP/1.1 400 \r\n\r\n".length() + 2048);
    }

    private static String head(int status, String reason, Header... headers) {
        ByteBuf head = ResponseHead.write(UnpooledByteBufAllocator.DEFAULT, status, reason, List.of(headers));
        try {
            return head.toString(StandardCharsets.ISO_8859_1);
        } finally {
            head.release();
        }
    }
}
