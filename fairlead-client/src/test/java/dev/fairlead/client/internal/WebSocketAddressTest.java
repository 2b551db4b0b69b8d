// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.MalformedURLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketAddressTest {

    @ParameterizedTest
    @CsvSource({
        "ws://h, false, h, 80, /, h",
        "wss://h/a?b, true, h, 443, /a?b, h",
        "WSS://h:8443/$hc/x, true, h, 8443, /$hc/x, h:8443",
        "sb://ns:443/x, true, ns, 443, /x, ns",
        "http://127.0.0.1:9400?x=1, false, 127.0.0.1, 9400, /?x=1, 127.0.0.1:9400",
        "https://[::1]:1/x, true, [::1], 1, /x, [::1]:1",
        "ws://[::1], false, [::1], 80, /, [::1]",
        "ws://h:/x, false, h, 80, /x, h",
        "ws://h/a b|\"ü%20?q={}#f, false, h, 80, /a%20b|\"%C3%BC%20?q={}, h",
        "ws://h/a?u=http://x:99999/, false, h, 80, /a?u=http://x:99999/, h",
    })
    void addressIsTakenApartAndOnlyWhatMayNotStandInARequestLineIsEncoded(
            String text, boolean secure, String host, int port, String target, String hostHeader) throws Exception {
        WebSocketAddress address = WebSocketAddress.parse(text);

        assertThat(address).isEqualTo(new WebSocketAddress(secure, host, port, target));
        assertThat(address.hostHeader()).isEqualTo(hostHeader);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "h",
                "ftp://h",
                "ws://",
                "ws:///x",
                "ws://h:0",
                "ws://h:70000",
                "ws://h:x",
                "ws://u@h",
                "ws://a b/",
                "ws://[::1",
                "://h"
            })
    void whatIsNoAddressIsRefusedWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> WebSocketAddress.parse(text))
                .isInstanceOf(MalformedURLException.class)
                .hasMessageStartingWith("the address ");
    }

    @Test
    void lineBreakCannotBecomeAHeader() throws Exception {
        assertThat(WebSocketAddress.parse("ws://h/a\r\nX: y").target()).isEqualTo("/a%0D%0AX:%20y");
    }

    @Test
    void addressDoesNotTellItsTargetInLogs() throws Exception {
        assertThat(WebSocketAddress.parse("ws://h:1/$hc/a?sb-hc-id=s3cret")).hasToString("ws://h:1");
    }
}
