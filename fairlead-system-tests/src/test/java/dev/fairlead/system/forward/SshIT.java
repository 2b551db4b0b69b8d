// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenSSH's client and server, with keys of their own, through a relay. */
class SshIT {

    /** Where a server that is started by root wants a folder. */
    private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

    private final RelayUnderTest relay = new RelayUnderTest();

    @TempDir
    private Path folder;

    private int port;
    private ForeignProgram server;

    @BeforeEach
    void startServer() throws IOException {
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(PRIVILEGE_SEPARATION);
        }
        makeKey("host");
        makeKey("user");
        Files.copy(folder.resolve("user.pub"), folder.resolve("authorized"));
        port = Forward.freePort();
        Files.writeString(folder.resolve("config"), """
                ListenAddress 127.0.0.1:%d
                HostKey %2$s/host
                AuthorizedKeysFile %2$s/authorized
                PidFile none
                StrictModes no
                UsePAM no
                PermitRootLogin prohibit-password
                PasswordAuthentication no
                """.formatted(port, folder));
        server = ForeignProgram.running(
                        ForeignProgram.find("/usr/sbin/sshd", "sshd"),
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("config").toString())
                .start();
        server.logs("Server listening on 127.0.0.1 port " + port);
    }

    private void makeKey(String name) {
        try (ForeignProgram program = ForeignProgram.running(
                        ForeignProgram.find("ssh-keygen"),
                        "-q",
                        "-t",
                        "ed25519",
                        "-N",
                        "",
                        "-f",
                        folder.resolve(name).toString())
                .start()) {
            assertThat(program.exits()).as("%s", program.log()).isZero();
        }
    }

    @AfterEach
    void stopServer() {
        server.close();
        relay.close();
    }

    private List<String> runs(List<String> way, String command) {
        List<String> words = new ArrayList<>(List.of(
                "-F",
                "none",
                "-i",
                folder.resolve("user").toString(),
                "-o",
                "BatchMode=yes",
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR"));
        words.addAll(way);
        words.add(command);
        try (ForeignProgram ssh = ForeignProgram.running(ForeignProgram.find("ssh"), words.toArray(String[]::new))
                .start()) {
            ssh.tells("spoken at the other end").tellsNoMore();
            assertThat(ssh.exits()).as("%s; %s", ssh.log(), server.log()).isZero();
            return ssh.wholeLog();
        }
    }

    @Test
    void commandRunsThroughAForwardedPort() {
        try (Forward remote = Forward.with(relay, "-T", "home:ssh/127.0.0.1:" + port);
                Forward local = Forward.with(relay, "-L", "0/ssh:home")) {
            remote.listens("home");

            List<String> heard = runs(List.of("-p", "" + local.port(), "127.0.0.1"), "echo $((6 * 7)); cat");

            assertThat(heard).containsExactly("42", "spoken at the other end");
            assertThat(local.isToldToStop()).isZero();
            assertThat(remote.isToldToStop()).isZero();
        }
    }

    @Test
    void commandRunsThroughAProxyCommand() {
        try (Forward remote = Forward.with(relay, "-T", "home:22/127.0.0.1:" + port)) {
            remote.listens("home");

            List<String> heard = runs(
                    List.of(
                            "-o",
                            "ProxyCommand=" + Forward.script(relay, folder) + " forward -W %h/%p",
                            "-p",
                            "22",
                            "home"),
                    "echo $((6 * 7)); cat; head -c 1000000 /dev/zero | wc -c");

            assertThat(heard).containsExactly("42", "spoken at the other end", "1000000");
            remote.tells("home from 127.0.0.1").tells(": closed, ");
        }
    }
}
