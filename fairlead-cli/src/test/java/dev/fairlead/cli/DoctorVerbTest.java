// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorVerbTest {

    @TempDir
    private Path directory;

    private final CommandLineDriver user = new CommandLineDriver();

    private static String string(int port) {
        return "Endpoint=http://127.0.0.1:" + port + "/;SharedAccessKeyName=root;SharedAccessKey=secret";
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void commandWithoutAConnectionStringIsMisused() {
        user.types("doctor").exitsWith(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: CONNECTION_STRING: none (expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "soon", "1h"})
    void timeoutIsBounded(String timeout) {
        user.types("doctor", string(1), "hello", "--timeout", timeout).exitsWith(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: --timeout: " + timeout + " (expected: ");
    }

    @Test
    void stringThatIsNoneIsAFindingAndNothingElseIsTried() {
        user.types("doctor", "Endpoint=relay.test;SharedAccessKeyName=a;SharedAccessKey=secret", "hello")
                .exitsWith(ExitCode.FAILED);

        assertThat(user.out())
                .startsWith("FAIL      connection string  ")
                .contains("write the scheme in front of the host")
                .contains("skipped   name               connection string has to be put right first")
                .endsWith(System.lineSeparator() + "Not well: connection string." + System.lineSeparator())
                .doesNotContain("secret");
    }

    @Test
    void variableAndFileHoldTheStringAndTheWordIsThePath() throws Exception {
        Path file = Files.writeString(directory.resolve("string"), string(closedPort()) + "\n");

        user.in("FAIRLEAD_CONNECTION_STRING", "@" + file)
                .types("doctor", "hello")
                .exitsWith(ExitCode.FAILED);

        assertThat(user.out())
                .contains("without TLS, path hello, key root")
                .contains("FAIL      port               127.0.0.1:")
                .contains(" refuses")
                .contains("ok        token              made from the key")
                .endsWith("Not well: port." + System.lineSeparator());
    }

    @Test
    void programsAreToldInOneObject() throws Exception {
        user.types("doctor", string(closedPort()), "hello", "--json").exitsWith(ExitCode.FAILED);

        assertThat(user.out().lines())
                .singleElement()
                .asString()
                .startsWith("{\"well\":false,\"verdict\":\"Not well: port.\"");
    }

    @Test
    void serverThatSaysNothingIsWaitedForNoLongerThanTold() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            user.types("doctor", string(silent.getLocalPort()), "hello", "--timeout", "200ms")
                    .exitsWith(ExitCode.FAILED);
        }

        assertThat(user.out()).contains("FAIL      TLS ").contains("the port speaks neither HTTP nor TLS");
    }
}
