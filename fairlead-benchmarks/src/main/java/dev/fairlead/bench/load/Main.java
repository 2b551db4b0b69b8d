// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** The command {@code ./bench}. */
public final class Main {

    private static final String USAGE = """
            usage: ./bench [--quick] [--cells LIST] [--out FILE]   measures Fairlead beside others
                   ./bench --document FILE                         renews docs/performance.md and its chart from FILE
                   ./bench --micro                                 measures the codecs alone
              --quick       a few cells and short runs, under six minutes; the whole takes under 40
              --cells LIST  only these, with commas between: cells such as 1KiBx64x16 (size, connections, depth),
                            or http64KiBx64 (size, senders), or sdk64Bx64x16, gateway64Bx64x1, mesh64Bx64x1, bus64Bx64x1,
                            or connect, tls, idle, load, http, sdk, sdk-heap, forward, gateway, gateway-idle,
                            mesh, bus;
                            * stands for anything
              --out FILE    where the results go (default: target/bench/results.json)""";

    private Main() {}

    /** Exits with 0 if done, 1 if it failed, 2 if it was called in a way that it does not know. */
    public static void main(String[] arguments) {
        System.exit(run(new ArrayDeque<>(List.of(arguments))));
    }

    private static int run(Deque<String> arguments) {
        Path root = Path.of(System.getProperty("fairlead.root", "."))
                .toAbsolutePath()
                .normalize();
        boolean quick = false;
        List<String> cells = List.of();
        Path out = root.resolve("target/bench/results.json");
        try {
            while (!arguments.isEmpty()) {
                String option = arguments.pop();
                switch (option) {
                    case "--help", "-h" -> {
                        System.out.println(USAGE);
                        return 0;
                    }
                    case "--quick" -> quick = true;
                    case "--cells" -> cells = List.of(value(option, arguments).split(",", -1));
                    case "--out" -> out = Path.of(value(option, arguments)).toAbsolutePath();
                    case "--document" -> {
                        Documents.of(root).renew(Results.read(Files.readString(Path.of(value(option, arguments)))));
                        return 0;
                    }
                    case "--micro" -> {
                        micro();
                        return 0;
                    }
                    default ->
                        throw new IllegalArgumentException("option: " + option + " (expected: one of those below)");
                }
            }
            Plan plan = quick ? Plan.quick() : Plan.full();
            return measure(cells.isEmpty() ? plan : plan.only(cells), root, out);
        } catch (RunEnded e) {
            return 1;
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage() + "\n" + USAGE);
            return 2;
        } catch (UnusableRun | IOException | RunnerException e) {
            System.err.println("bench: " + e.getMessage());
            return 1;
        }
    }

    private static String value(String option, Deque<String> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(option + ": nothing (expected: a value)");
        }
        return arguments.pop();
    }

    private static int measure(Plan plan, Path root, Path out) throws IOException {
        System.out.println(
                "expected to take about " + Progress.text(plan.expected()) + ", at most " + Progress.text(plan.limit())
                        + "; " + plan.rounds() + " rounds, "
                        + (plan.fitting().size()
                                + plan.httpCells().size()
                                + plan.sdkCells().size()
                                + plan.gatewayCells().size()
                                + plan.meshCells().size()
                                + plan.busCells().size())
                        + " cells");
        Path folder = Files.createTempDirectory("fairlead-bench");
        Progress progress = new Progress(System.err, Boolean.getBoolean("fairlead.bench.live"), plan.expected());
        Results results;
        try (Children children = new Children(folder)) {
            results = new Bench(plan, root, folder, children, progress).run();
        } finally {
            progress.done();
        }
        Files.createDirectories(out.toAbsolutePath().getParent());
        Files.writeString(out, results.write());
        System.out.println(Report.of(results).terminal());
        System.out.println("results: " + out);
        return 0;
    }

    private static void micro() throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include("dev\\.fairlead\\.bench\\.micro\\.")
                        .build())
                .run();
    }
}
