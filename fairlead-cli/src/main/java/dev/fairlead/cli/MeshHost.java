// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.mesh.wire.MalformedMeshMessage;
import dev.fairlead.mesh.wire.PythonJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The virtual host of a mesh, which only the broker's management API can make. */
final class MeshHost {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final MeshAddress address;
    private final URI management;

    MeshHost(MeshAddress address, URI management) {
        this.address = address;
        this.management = management;
    }

    /**
     * Makes the virtual host if it is not there.
     *
     * @return whether it was made
     * @throws CommandFailure if the management API cannot be reached, or refuses
     */
    boolean make() {
        HttpResponse<String> all = asked(request("/api/vhosts").GET().build());
        if (all.statusCode() != 200) {
            throw refused(all.statusCode());
        }
        if (names(all.body()).contains(address.virtualHost())) {
            return false;
        }
        String name =
                URLEncoder.encode(address.virtualHost(), StandardCharsets.UTF_8).replace("+", "%20");
        HttpResponse<String> made = asked(request("/api/vhosts/" + name)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}"))
                .build());
        if (made.statusCode() / 100 != 2) {
            throw refused(made.statusCode());
        }
        return true;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(management.resolve(path))
                .timeout(LIMIT)
                .header("Authorization", address.authorization());
    }

    private HttpResponse<String> asked(HttpRequest request) {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(LIMIT)
                .build()) {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException _) {
            throw CommandFailure.failed("the management API cannot be reached at " + management
                    + "; enable rabbitmq_management, name it with --management, or leave it out with --no-vhost"
                    + " if the virtual host is there");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }

    private static List<String> names(String json) {
        try {
            if (PythonJson.parse(json) instanceof List<?> hosts) {
                return hosts.stream()
                        .map(host -> host instanceof Map<?, ?> members ? String.valueOf(members.get("name")) : "")
                        .toList();
            }
        } catch (MalformedMeshMessage _) {
            // told below
        }
        throw CommandFailure.failed("what answers there is no management API of RabbitMQ; name it with --management");
    }

    private CommandFailure refused(int status) {
        return CommandFailure.failed(
                status == 401
                        ? "the management API at " + management
                                + " refuses user and password, or the user has no tag management"
                        : "the management API at " + management + " answers " + status);
    }
}
