// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.system.gateway.BusUser;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The gateway in the place of the original's WSServer, with a bus and a service in Python: docs/protocol/wsserver.md. */
class PyroGatewayIT {

    @ParameterizedTest
    @EnumSource
    void clientsAndPythonServicesTalkAsInTheOriginal(PyroTerms.Serializer serializer) throws Exception {
        try (PythonBus python = new PythonBus(serializer);
                RelayUnderTest server = new RelayUnderTest()) {
            ForeignProgram lab = python.service("Lab", "lab-greet", "client-disconnect");
            python.knows("Lab");
            server.offers("path: /ws, backend: {type: bus, bus: pyro, nameServer: 'localhost:" + python.names.port()
                            + "', serializer: " + serializer.name().toLowerCase(Locale.ROOT) + "}")
                    .server();
            python.knows("WSServer");

            BusUser ada = BusUser.comes(server.uri(), "ada");
            String address = "('127.0.0.1', " + ada.port() + ")";
            assertThat(ada.says("lab-greet", "[true, \"ž\"]").hearsMessage())
                    .isEqualTo("lab-greet-heard [true, \"\\u017e\"]");
            assertThat(lab.prints("heard"))
                    .contains("'type': 'lab-greet'", "'sender': (" + address + ", 'ada')", "'content': [True, 'ž']");

            lab.tells("put {\"type\": \"client-list-request\", \"content\": {}}");
            assertThat(lab.prints("heard")).contains("'content': {'client_list': [" + address + "]}");

            lab.tells(
                    "put {\"type\": \"net-send\", \"content\": {\"response_addrs\": [\"ada\"], \"msg\": {\"content\": 1, "
                            + "\"type\": \"lab-push\"}}}");
            assertThat(ada.hears()).isEqualTo("{\"type\": \"lab-push\", \"content\": 1}");

            ada.close();
            assertThat(lab.prints("heard"))
                    .contains("'type': 'client-disconnect'", "'address': " + address, "'username': 'ada'");
        }
    }

    @ParameterizedTest
    @EnumSource
    void busThatIsAwayIsTroubleAndWhatClientsSayWaitsForIt(PyroTerms.Serializer serializer) throws Exception {
        try (PythonBus python = new PythonBus(serializer);
                RelayUnderTest server = new RelayUnderTest()) {
            server.offers("path: /ws, backend: {type: bus, bus: pyro, nameServer: 'localhost:" + python.names.port()
                            + "', serializer: " + serializer.name().toLowerCase(Locale.ROOT) + "}")
                    .server();
            python.knows("WSServer");
            try (BusUser ada = BusUser.comes(server.uri())) {
                python.kill();
                ada.says("login-request", "{\"username\": \"ada\"}");
                while (!server.page("/readyz").contains("/ws: ")) {
                    Thread.onSpinWait();
                }

                python.restart();

                assertThat(ada.hearsMessage())
                        .isEqualTo("login-response {\"succeed\": true, \"new_username\": \"ada\"}");
            }
        }
    }
}
