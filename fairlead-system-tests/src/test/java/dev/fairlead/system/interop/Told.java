// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import dev.fairlead.testkit.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lines that something told, for what has no standard output. Told from any thread, read by the test's. */
public final class Told {

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    /** Takes a line. */
    public void tell(String line) {
        lines.add(line);
    }

    /**
     * {@return the next line that begins so; lines before it are passed over}
     *
     * @param more what a failed test needs to know beside the lines
     */
    public String next(String beginning, Supplier<String> more) {
        try {
            while (true) {
                String line = lines.poll(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                if (line == null) {
                    throw new AssertionError("\"" + beginning + "\" was not told within " + Patience.LIMIT.toSeconds()
                            + "s; told was: " + seen + more.get());
                }
                seen.add(line);
                if (line.startsWith(beginning)) {
                    return line;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for \"" + beginning + "\"", e);
        }
    }
}
