// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of the manual that is made from the code, and committed beside it. */
public final class CommittedPage {

    private static final String RENEW = "fairlead.renewPages";

    private CommittedPage() {}

    /**
     * Fails if the committed page is not what the code says.
     *
     * @param name of the file under {@code docs/operating}
     */
    public static void assertIsCurrent(String name, String text) throws IOException {
        Path page = Path.of("../docs/operating", name);
        if (Boolean.getBoolean(RENEW)) {
            Files.writeString(page, text);
        }
        assertThat(Files.exists(page) ? Files.readString(page) : "")
                .as("docs/operating/" + name + " is stale; renew it with"
                        + " mvn -pl fairlead-server -am test -Dtest='*PageTest' -Dsurefire.failIfNoSpecifiedTests=false -D"
                        + RENEW)
                .isEqualTo(text);
    }

    /** {@return a row of a Markdown table} */
    public static String row(String... cells) {
        StringBuilder row = new StringBuilder("|");
        for (String cell : cells) {
            row.append(' ').append(cell.replace("|", "\\|")).append(" |");
        }
        return row.append('\n').toString();
    }
}
