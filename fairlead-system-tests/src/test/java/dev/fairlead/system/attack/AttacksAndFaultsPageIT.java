// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page on attacks and faults names tests that there are, and all that are there for its sake. */
class AttacksAndFaultsPageIT {

    private static final Path CHECKOUT = Path.of("..");
    private static final Path PAGE = CHECKOUT.resolve("docs/developing/attacks-and-faults.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*$");
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:IT|Test))(?:\\.(\\w+))?`");
    private static final List<Integer> NUMBERS = List.of(
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 30, 31,
            32, 33, 34, 35, 36, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 52);

    private String page;
    private final Map<String, String> sources = new TreeMap<>();
    private final Set<String> ownTests = new TreeSet<>();

    @BeforeEach
    void read() throws IOException {
        page = Files.readString(PAGE);
        try (Stream<Path> modules = Files.list(CHECKOUT)) {
            for (Path module : modules.toList()) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    readAll(tests);
                }
            }
        }
    }

    private void readAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().matches(".*(IT|Test)\\.java")).forEach(file -> {
                String name = file.getFileName().toString().replace(".java", "");
                try {
                    sources.merge(name, Files.readString(file), String::concat);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                if (file.toString().matches(".*/system/(attack|resilience)/.*")) {
                    ownTests.add(name);
                }
            });
        }
    }

    @Test
    void rowsAreThoseOfTheList() {
        assertThat(ROW.matcher(page).results().map(row -> Integer.valueOf(row.group(1))))
                .containsExactlyElementsOf(NUMBERS);
    }

    @Test
    void everyTestThatIsNamedIsThere() {
        List<MatchResult> named = TEST.matcher(page).results().toList();

        assertThat(named).isNotEmpty();
        for (MatchResult test : named) {
            assertThat(sources).as("tests of the checkout").containsKey(test.group(1));
            if (test.group(2) != null) {
                assertThat(sources.get(test.group(1)))
                        .as("the source of " + test.group(1))
                        .contains(" void " + test.group(2) + "(");
            }
        }
    }

    @Test
    void everyTestOfAttacksAndOfResilienceIsNamed() {
        Set<String> named = new TreeSet<>();
        TEST.matcher(page).results().forEach(test -> named.add(test.group(1)));

        assertThat(named).containsAll(ownTests);
    }
}
