// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.protocol.control.RemoteEndpoint;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What handlers read of a request, whatever a relay says. */
class AskedUriTest {

    private record Asked(
            String method, String suffix, String query, Map<String, String> headers, OptionalLong bodyLength)
            implements RelayedHttpRequest {

        @Override
        public String id() {
            return "id";
        }

        @Override
        public String target() {
            return path() + "?" + query;
        }

        @Override
        public String path() {
            return "/hello/" + suffix;
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        @Override
        public RemoteEndpoint remoteEndpoint() {
            return RemoteEndpoint.UNKNOWN;
        }

        @Override
        public InputStream body() {
            return InputStream.nullInputStream();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "'' '' /",
                "api/ '' /api/",
                "'a b/ä' '' /a%20b/%C3%A4",
                "a%2Fb%25 x=%2f&&y /a%2Fb%25?x=%2f&&y",
                "/host/x '' /host/x",
                "a:b 'x=|{\"' /a:b?x=%7C%7B%22",
                "100% '' /100%25",
                "[::1] '' /%5B::1%5D"
            })
    void uriIsWhatStandsBelowTheHybridConnection(String suffix, String query, String uri) {
        Asked asked = new Asked("GET", suffix, query, Map.of(), OptionalLong.of(0));

        assertThat(RelayedHttpExchange.uri(asked)).hasToString(uri).hasNoHost();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 0, {}",
        "POST, 0, {Content-length=[0]}",
        "DELETE, 5, {Content-length=[5]}",
        "POST, -1, {Transfer-encoding=[chunked]}"
    })
    void headersTellHowTheBodyComes(String method, long length, String headers) {
        Asked asked = new Asked(method, "", "", Map.of(), length < 0 ? OptionalLong.empty() : OptionalLong.of(length));

        assertThat(new RequestHeaders(asked).entrySet().toString())
                .isEqualTo(headers.replace('{', '[').replace('}', ']'));
    }

    @Test
    void headersThatCouldNotHaveComeByAConnectionDoNotCome() {
        Map<String, String> odd = Map.of("X-Ok", "fine", "X-Split", "a\r\nX-More: b", "X Odd", "1", "", "2");

        assertThat(new RequestHeaders(new Asked("GET", "", "", odd, OptionalLong.of(0))).keySet())
                .containsExactly("X-ok");
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.7, 192.0.2.7", "2001:db8::7, 2001:db8:0:0:0:0:0:7", "'', 0.0.0.0"})
    void addressThatIsToldIsOneAndNoneIsTheWildcard(String told, String address) {
        InetSocketAddress remote = Addresses.of(told, 7);

        assertThat(remote.getAddress().getHostAddress().replaceFirst("^0:0:0:0:0:0:0:0$", "0.0.0.0"))
                .isEqualTo(address);
        assertThat(remote.getPort()).isEqualTo(7);
    }

    @Test
    void nameIsNotLookedUp() {
        assertThat(Addresses.of("relay.example.org", 443).isUnresolved()).isTrue();
    }
}
