// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files a process may have open here. */
final class OpenFiles {

    private OpenFiles() {}

    /** {@return the limit for this process, which those that it starts inherit; at most 1,000,000} */
    static int limit() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split("\\s+", -1)[3])
                    .mapToInt(soft ->
                            soft.equals("unlimited") ? 1_000_000 : (int) Math.min(1_000_000, Long.parseLong(soft)))
                    .findFirst()
                    .orElse(1_024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return how many pairs one process can hold: a pair is two sockets, and a program needs some more for itself} */
    static int pairs(int wanted) {
        return Math.max(1, Math.min(wanted, (limit() - 1_000) / 2));
    }
}
