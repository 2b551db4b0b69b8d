// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs {@code wsload}, {@code httpload} and {@code tcpstream} against contenders. For one thread. */
final class LoadGenerator {

    /** How many connections are being opened at once where their cost is measured. */
    private static final int OPENING_AT_ONCE = 16;

    private static final Duration MARGIN = Duration.ofSeconds(60);

    private final Path ruler;
    private final Children children;

    /** Runs the programs of a folder. */
    LoadGenerator(Path ruler, Children children) {
        this.ruler = ruler;
        this.children = children;
    }

    /**
     * Lets messages go there and back.
     *
     * @param target {@link Contender#plain()} or {@link Contender#tls()}
     * @throws UnusableRun if connections were lost or bytes wrong
     */
    Sample echo(Cell cell, Duration measured, Duration warmUp, List<String> target) {
        List<String> options = new ArrayList<>(List.of("-c", String.valueOf(cell.connections())));
        options.addAll(List.of("-s", String.valueOf(cell.size()), "-P", String.valueOf(cell.depth())));
        return run("echo", options, measured, warmUp, target);
    }

    /**
     * Has texts of a cell's size echoed in a mesh.
     *
     * @throws UnusableRun if connections were lost or answers wrong
     */
    Sample ask(Cell cell, Duration measured, Duration warmUp, Contender contender) {
        if (contender.candidate() == Candidate.AMQP_CLIENT) {
            return askWithoutGateway(cell, measured, warmUp, contender.port());
        }
        return talk(cell, talk(contender.candidate(), cell.size()), measured, warmUp, contender);
    }

    /**
     * Has texts answered, one of each connection under way.
     *
     * @param talk the options for what is said and heard
     * @throws UnusableRun if connections were lost or answers wrong
     */
    Sample talk(Cell cell, List<String> talk, Duration measured, Duration warmUp, Contender contender) {
        List<String> options = new ArrayList<>(List.of("-c", String.valueOf(cell.connections())));
        options.addAll(talk);
        return run("echo", options, measured, warmUp, contender.plain());
    }

    /** {@return the options for what is said in a mesh through a gateway, and heard} */
    static List<String> talk(Candidate candidate, int size) {
        return List.of("-q", MeshTalk.request(size), "-a", MeshTalk.response(candidate, size), "-g");
    }

    private static Sample askWithoutGateway(Cell cell, Duration measured, Duration warmUp, int port) {
        String line = cell.connections() + " " + cell.size() + " " + seconds(measured) + " " + seconds(warmUp) + "\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(
                    Math.toIntExact(measured.plus(warmUp).plus(MARGIN).toMillis()));
            socket.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
            return Sample.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UnusableRun("the AMQP client gave no answer: " + e.getMessage(), e);
        }
    }

    /**
     * Opens connections and closes them as soon as they are upgraded.
     *
     * @param target {@link Contender#plain()} or {@link Contender#tls()}
     * @param options more of the load generator's options, such as {@code -r}
     * @throws UnusableRun if too many connections failed
     */
    Sample connect(Duration measured, Duration warmUp, List<String> target, String... options) {
        List<String> all = new ArrayList<>(List.of("-c", String.valueOf(OPENING_AT_ONCE)));
        all.addAll(List.of(options));
        return run("rate", all, measured, warmUp, target);
    }

    /**
     * Lets HTTP requests be answered.
     *
     * @param target {@link Contender#plain()}
     * @throws UnusableRun if connections were lost or responses wrong
     */
    Sample http(HttpCell cell, Duration measured, Duration warmUp, List<String> target) {
        List<String> command = new ArrayList<>(List.of(ruler.resolve("httpload").toString()));
        command.addAll(List.of("-m", cell.work().id()));
        command.addAll(List.of("-c", String.valueOf(cell.senders()), "-s", String.valueOf(cell.size())));
        command.addAll(List.of("-d", seconds(measured), "-w", seconds(warmUp)));
        command.addAll(target);
        return Sample.of(children.run("httpload", command, measured.plus(warmUp).plus(MARGIN)));
    }

    /**
     * Sends a stream through a forwarder.
     *
     * @param pids whose CPU counts
     * @throws UnusableRun if it did not arrive whole
     */
    Sample stream(long bytes, int port, List<Long> pids) {
        String ids = String.join(",", pids.stream().map(String::valueOf).toList());
        List<String> command = List.of(
                ruler.resolve("tcpstream").toString(),
                "send",
                "-p",
                String.valueOf(port),
                "-s",
                String.valueOf(bytes),
                "-T",
                ids);
        return Sample.of(children.run("tcpstream", command, MARGIN));
    }

    /** {@return the command that opens connections and leaves them idle until it is ended; it tells when all are open} */
    List<String> idle(int connections, List<String> target) {
        List<String> command = new ArrayList<>(List.of(program(target), "idle", "-c", String.valueOf(connections)));
        command.addAll(List.of("-d", "600"));
        command.addAll(target);
        return command;
    }

    private Sample run(String mode, List<String> options, Duration measured, Duration warmUp, List<String> target) {
        List<String> command = new ArrayList<>(List.of(program(target), mode));
        command.addAll(options);
        command.addAll(List.of("-d", seconds(measured), "-w", seconds(warmUp)));
        command.addAll(target);
        return Sample.of(children.run("wsload", command, measured.plus(warmUp).plus(MARGIN)));
    }

    private String program(List<String> target) {
        return ruler.resolve(target.contains("-S") ? "wsload-tls" : "wsload").toString();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toMillis() / 1e3);
    }
}
