// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import dev.fairlead.mesh.MeshCall;
import dev.fairlead.mesh.MeshClient;
import dev.fairlead.mesh.MeshException;
import dev.fairlead.mesh.MeshSetUp;
import dev.fairlead.mesh.wire.MalformedMeshMessage;
import dev.fairlead.mesh.wire.MeshNames;
import dev.fairlead.mesh.wire.PythonJson;
import dev.fairlead.mesh.wire.ServiceDescription;
import dev.fairlead.server.settings.Durations;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a service mesh on RabbitMQ up, and calls its services. */
@Command(
        name = "mesh",
        description = "Sets a service mesh on RabbitMQ up (as NuroPb's), and calls its services.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  fairlead mesh init --uri amqp://guest:guest@localhost:5672/mesh",
            "  FAIRLEAD_MESH_URI=@mesh-uri fairlead mesh describe orders"
        })
final class MeshVerb {

    private static final String URI_LABEL = "URI|@FILE";
    private static final String URI_WORDS =
            "The broker and virtual host, or a file with them, since a password stands in it: "
                    + "amqp://user:password@host:port/vhost. Unless told, what " + MeshAddress.VARIABLE + " holds.";

    private final Surroundings surroundings;

    MeshVerb(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(
            name = "init",
            description =
                    "Makes the virtual host, the exchanges and the queue of dead letters, as far as they are missing.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nExamples:%n",
            footer = {
                "  fairlead mesh init --uri amqp://guest:guest@localhost:5672/mesh",
                "  fairlead mesh init --uri @mesh-uri --management https://rabbit.example.com:15671",
                "  fairlead mesh init --uri @mesh-uri --no-vhost"
            })
    int init(
            @Option(names = "--uri", paramLabel = URI_LABEL, description = URI_WORDS) @Nullable String uri,
            @Option(
                            names = "--management",
                            paramLabel = "URL",
                            description = "The broker's management API; 10000 above the AMQP port unless told.")
                    @Nullable
                    String management,
            @Option(names = "--no-vhost", description = "The virtual host is there: ask no management API.")
                    boolean withoutHost,
            @Option(
                            names = "--dead-letter-queue",
                            paramLabel = "NAME",
                            defaultValue = "nuropb-dl-queue",
                            description = "The queue that keeps dead letters; ${DEFAULT-VALUE} unless told.")
                    String deadLetterQueue) {
        MeshAddress address = MeshAddress.of(uri, surroundings.environment());
        if (deadLetterQueue.isBlank()) {
            throw CommandFailure.misused("--dead-letter-queue: blank (expected: a name)");
        }
        boolean made = !withoutHost
                && new MeshHost(address, management == null ? address.management() : url(management)).make();
        MeshNames names = MeshNames.builder(
                        address.virtualHost() + "-client",
                        "init-" + ProcessHandle.current().pid())
                .deadLetterQueue(deadLetterQueue)
                .build();
        try {
            MeshSetUp.declare(address.uri().toString(), names);
        } catch (MeshException e) {
            throw failure(e);
        }
        surroundings
                .output()
                .line("virtual host " + address.virtualHost() + (made ? " made" : "") + "; exchanges "
                        + names.rpcExchange() + ", " + names.eventsExchange() + ", " + names.deadLetterExchange()
                        + " and queue " + names.deadLetterQueue() + " are there");
        return ExitCode.DONE.code();
    }

    @Command(
            name = "call",
            description = "Calls a method of a service, and prints its result as JSON.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nExamples:%n",
            footer = {
                "  fairlead mesh call orders find '{\"id\": 7}' --uri amqp://guest:guest@localhost/mesh",
                "  fairlead mesh call orders pay @payment.json --encrypt --context '{\"user_id\": \"ada\"}'",
                "  fairlead mesh call orders rebuild --command"
            })
    int call(
            @Parameters(paramLabel = "SERVICE", description = "The service's name.") String service,
            @Parameters(paramLabel = "METHOD", description = "The method's name.") String method,
            @Parameters(
                            paramLabel = "JSON|@FILE",
                            arity = "0..1",
                            defaultValue = "{}",
                            description = "The parameters by name, or a file with them; none unless told.")
                    String params,
            @Option(names = "--uri", paramLabel = URI_LABEL, description = URI_WORDS) @Nullable String uri,
            @Option(
                            names = "--context",
                            paramLabel = "JSON|@FILE",
                            defaultValue = "{}",
                            description = "Who calls, such as {\"Authorization\": \"…\"}, or a file with it.")
                    String context,
            @Option(
                            names = "--timeout",
                            paramLabel = "DURATION",
                            defaultValue = "30s",
                            description = "How long to wait for the response; ${DEFAULT-VALUE} unless told. The call "
                                    + "lives no longer.")
                    String timeout,
            @Option(
                            names = "--encrypt",
                            description = "Seal the call for the service, and the response for this command.")
                    boolean encrypted,
            @Option(names = "--command", description = "Wait for no response: only until the service's queue has it.")
                    boolean command) {
        Duration limit = duration(timeout);
        MeshCall planned = MeshCall.to(service, method)
                .params(object("JSON", params))
                .context(object("--context", context))
                .timeout(limit)
                .timeToLive(limit);
        MeshCall call = encrypted ? planned.encrypted() : planned;
        if (command) {
            Object _ = with(uri, client -> client.command(call));
        } else {
            surroundings.output().line(PythonJson.write(with(uri, client -> client.request(call))));
        }
        return ExitCode.DONE.code();
    }

    @Command(
            name = "describe",
            description = "Prints the methods of a service, as it describes them itself.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nExamples:%n",
            footer = {
                "  fairlead mesh describe orders --uri amqp://guest:guest@localhost/mesh",
                "  fairlead mesh describe orders --uri @mesh-uri --json"
            })
    int describe(
            @Parameters(paramLabel = "SERVICE", description = "The service's name.") String service,
            @Option(names = "--uri", paramLabel = URI_LABEL, description = URI_WORDS) @Nullable String uri,
            @Option(names = "--json", description = "Print the service's own document.") boolean json,
            @Option(
                            names = "--timeout",
                            paramLabel = "DURATION",
                            defaultValue = "30s",
                            description = "How long to wait for the response; ${DEFAULT-VALUE} unless told.")
                    String timeout) {
        MeshCall call = MeshCall.to(service, ServiceDescription.METHOD)
                .timeout(duration(timeout))
                .timeToLive(duration(timeout));
        Object document = with(uri, client -> client.request(call));
        if (json) {
            surroundings.output().line(PythonJson.write(document));
            return ExitCode.DONE.code();
        }
        try {
            print(ServiceDescription.read(document));
        } catch (MalformedMeshMessage e) {
            throw CommandFailure.failed(
                    service + " describes itself in a way that is not understood: " + e.getMessage());
        }
        return ExitCode.DONE.code();
    }

    private void print(ServiceDescription description) {
        Output output = surroundings.output();
        output.line((description.serviceName() + " " + description.serviceVersion()).strip()
                + (description.description().isEmpty() ? "" : ": " + description.description()));
        description
                .methods()
                .forEach((name, method) -> output.line("  " + name + "("
                        + method.parameters().stream().map(MeshVerb::text).collect(Collectors.joining(", ")) + ")"
                        + (method.requiresEncryption() ? " sealed" : "")
                        + (method.description() == null ? "" : ": " + method.description())));
    }

    private static String text(ServiceDescription.Parameter parameter) {
        return parameter.name()
                + (parameter.type().isEmpty() ? "" : ": " + parameter.type())
                + (parameter.required() ? "" : " = " + PythonJson.write(parameter.defaultValue()));
    }

    private <T extends @Nullable Object> T with(@Nullable String uri, Function<MeshClient, CompletableFuture<T>> work) {
        MeshAddress address = MeshAddress.of(uri, surroundings.environment());
        try (MeshClient client = MeshClient.connect(address.uri().toString())) {
            return work.apply(client).join();
        } catch (MeshException e) {
            throw failure(e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof MeshException known ? failure(known) : e;
        }
    }

    private static CommandFailure failure(MeshException e) {
        return CommandFailure.failed(e.error().error() + ": " + e.error().description());
    }

    private static Map<String, @Nullable Object> object(String name, String given) {
        try {
            if (PythonJson.parse(Argument.text(name, given)) instanceof Map<?, ?> members) {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                members.forEach((key, value) -> copy.put(String.valueOf(key), value));
                return copy;
            }
        } catch (MalformedMeshMessage e) {
            throw CommandFailure.misused(name + ": " + e.getMessage() + " (expected: an object such as {\"id\": 7})");
        }
        throw CommandFailure.misused(name + ": no object (expected: one such as {\"id\": 7})");
    }

    private static URI url(String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw CommandFailure.misused("--management: " + text + " (expected: a URL such as http://localhost:15672)");
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Durations.parse(text);
            if (duration.toMillis() > 0) {
                return duration;
            }
        } catch (IllegalArgumentException _) {
            // told below
        }
        throw CommandFailure.misused("--timeout: " + text + " (expected: " + Durations.EXPECTED + ", above 0)");
    }
}
