// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import dev.fairlead.system.interop.Line;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A program that takes questions as commands, and prints {@code heard NUMBER …} for each of them as it is answered. */
final class CommandedSender implements HttpSender {

    private static final Pattern HEARD = Pattern.compile("heard (\\d+) (.*)");

    private final Line line;
    private final boolean sendsHeaders;

    CommandedSender(Line line, boolean sendsHeaders) {
        this.line = line;
        this.sendsHeaders = sendsHeaders;
        line.prints("ready");
    }

    @Override
    public List<String> asks(List<Question> questions) {
        line.tells(questions.stream()
                .map(question -> question.json(sendsHeaders))
                .collect(Collectors.joining(",", "{\"questions\":[", "]}")));
        String[] heard = new String[questions.size()];
        for (int i = 0; i < heard.length; i++) {
            Matcher one = HEARD.matcher(line.prints("heard"));
            if (!one.matches()) {
                throw new AssertionError("a number was expected: " + one);
            }
            heard[Integer.parseInt(one.group(1))] = one.group(2);
        }
        return Arrays.asList(heard);
    }

    @Override
    public void close() {
        line.close();
    }
}
