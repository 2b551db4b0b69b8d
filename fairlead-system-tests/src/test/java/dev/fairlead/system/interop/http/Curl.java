// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The {@code curl} of the machine, one process for each question. */
final class Curl implements HttpSender {

    private final TestAuthority authority;
    private final Path folder;

    Curl(TestAuthority authority) {
        this.authority = authority;
        try {
            folder = Files.createTempDirectory("fairlead-curl");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> asks(List<Question> questions) {
        List<ForeignProgram> running = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            running.add(start(i, questions.get(i)));
        }
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < running.size(); i++) {
            heard.add(heard(i, running.get(i)));
        }
        return heard;
    }

    private ForeignProgram start(int number, Question question) {
        Path input = Path.of("/dev/null");
        List<String> words = new ArrayList<>(List.of(
                "-c",
                "exec \"$0\" \"$@\" <\"$INPUT\"",
                ForeignProgram.find("curl").toString(),
                "--silent",
                "--show-error",
                "--max-time",
                "30",
                "--cacert",
                authority.certificate().toString(),
                "--output",
                answer(number).toString(),
                "--write-out",
                "status %{http_code}\\n"));
        words.addAll(List.of("--request", question.method()));
        if (!question.token().isEmpty()) {
            words.addAll(List.of("--header", "ServiceBusAuthorization: " + question.token()));
        }
        if (question.length() >= 0) {
            Path body = folder.resolve("question-" + number);
            write(body, question.length());
            if (question.chunked()) {
                words.addAll(List.of("--upload-file", "-")); // of its input it does not know the length
                input = body;
            } else {
                words.addAll(List.of("--data-binary", "@" + body));
            }
            // It expects by itself where a body is long.
            words.addAll(List.of("--header", question.expects() ? "Expect: 100-continue" : "Expect:"));
        }
        words.add(question.url());
        return ForeignProgram.running(ForeignProgram.find("sh"), words.toArray(String[]::new))
                .with("INPUT", input.toString())
                .start();
    }

    private String heard(int number, ForeignProgram curl) {
        try (curl) {
            int exit = curl.exits();
            List<String> lines = curl.wholeLog();
            if (exit != 0) {
                return "failed " + exit + " " + lines;
            }
            Path body = answer(number);
            byte[] bytes = Files.exists(body) ? Files.readAllBytes(body) : new byte[0];
            return lines.getLast().replace("status ", "") + " " + Body.summary(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path answer(int number) {
        return folder.resolve("answer-" + number);
    }

    private static void write(Path file, int length) {
        try {
            Files.write(file, Body.pattern(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
