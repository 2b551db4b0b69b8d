// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no broker; the rest is in the system's tests. */
class MeshVerbTest {

    private final CommandLineDriver user = new CommandLineDriver();

    @Test
    void addressThatNobodyGaveIsAskedFor() {
        user.types("mesh", "call", "lab", "echo").exitsWith(ExitCode.USAGE);

        assertThat(user.err())
                .startsWith("fairlead: --uri: none (expected: amqp://")
                .contains("FAIRLEAD_MESH_URI");
    }

    @Test
    void addressThatIsNoneIsNotRepeated() {
        user.in("FAIRLEAD_MESH_URI", "http://guest:secret@localhost/")
                .types("mesh", "describe", "lab")
                .exitsWith(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: --uri: no AMQP address").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1]        | JSON: no object",
                "{          | JSON: body: no JSON",
                "@/nowhere  | JSON: @/nowhere (expected: @ and a text file"
            })
    void parametersThatAreNoObjectAreRefused(String params, String said) {
        user.types("mesh", "call", "lab", "echo", params, "--uri", "amqp://localhost/")
                .exitsWith(ExitCode.USAGE);

        assertThat(user.err()).startsWith("fairlead: " + said);
    }

    @Test
    void brokerThatIsNotThereIsTold(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("uri"), "amqp://guest:secret@127.0.0.1:" + closedPort() + "/x\n");

        user.types("mesh", "call", "lab", "echo", "--uri", "@" + file).exitsWith(ExitCode.FAILED);

        assertThat(user.err())
                .startsWith("fairlead: NuropbTransportError: the broker cannot be reached")
                .doesNotContain("secret");
    }

    @Test
    void managementThatIsNotThereIsToldWithWhatToDo() throws IOException {
        user.types("mesh", "init", "--uri", "amqp://127.0.0.1/x", "--management", "http://127.0.0.1:" + closedPort())
                .exitsWith(ExitCode.FAILED);

        assertThat(user.err())
                .startsWith("fairlead: the management API cannot be reached at http://127.0.0.1:")
                .contains("--management", "--no-vhost");
    }

    @ParameterizedTest
    @CsvSource({
        "amqp://h/v, http://h:15672, v",
        "amqp://h:5000/, http://h:15000, /",
        "amqps://u:p@h/a%2Fb, https://h:15671, a/b"
    })
    void managementStandsTenThousandAboveAndTheVirtualHostIsThePath(String uri, URI management, String virtualHost) {
        MeshAddress address = MeshAddress.of(uri, Map.of());

        assertThat(address.management()).isEqualTo(management);
        assertThat(address.virtualHost()).isEqualTo(virtualHost);
        assertThat(address).asString().doesNotContain("u:p");
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
