// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveLinesTest {

    private static final String UP = "\u001b[1A\u001b[2K";
    private static final String END = System.lineSeparator();

    private final StringWriter terminal = new StringWriter();
    private final Traffic ssh = new Traffic("127.0.0.1:2222 → home/ssh", "ready", true);
    private final Traffic site = new Traffic("site → http://localhost:8080", "connecting", false);

    private LiveLines lines(int width) {
        return new LiveLines(new PrintWriter(terminal), List.of(ssh, site), width);
    }

    @Test
    void eachForwardHasALineThatIsWrittenAnew() {
        LiveLines lines = lines(200);
        lines.draw();
        ssh.opened();
        ssh.toRelay(2048);
        ssh.fromRelay(10);
        site.enter("online");

        lines.draw();

        assertThat(terminal)
                .hasToString("127.0.0.1:2222 → home/ssh  ready  0 open, 0 total, 0 B up, 0 B down" + END
                        + "site → http://localhost:8080  connecting  0 open, 0 total" + END
                        + UP + UP
                        + "127.0.0.1:2222 → home/ssh  ready  1 open, 1 total, 2.00 KiB up, 10 B down" + END
                        + "site → http://localhost:8080  online  0 open, 0 total" + END);
    }

    @Test
    void troubleStaysAboveTheLines() {
        LiveLines lines = lines(40);
        lines.draw();
        terminal.getBuffer().setLength(0);

        lines.trouble("something is wrong");

        assertThat(terminal)
                .hasToString(UP + UP + "something is wrong" + END
                        + "127.0.0.1:2…  ready  0 open, 0 total, 0…" + END
                        + "site → http…  connecting  0 open, 0 tot…" + END);
    }

    @Test
    void nothingIsDrawnOnceItIsClosed() {
        LiveLines lines = lines(80);
        lines.close();
        terminal.getBuffer().setLength(0);

        lines.draw();

        assertThat(terminal.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.00 KiB",
        "20480, 20.0 KiB",
        "1048576, 1.00 MiB",
        "107374182400, 100 GiB",
        "9223372036854775807, 8.00 EiB"
    })
    void sizesHaveThreeDigitsAndAUnit(long bytes, String text) {
        assertThat(Traffic.size(bytes)).isEqualTo(text);
    }
}
