// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.delivery;

import dev.fairlead.server.settings.ByteSize;
import dev.fairlead.server.settings.Kind;
import dev.fairlead.server.settings.Range;
import dev.fairlead.server.settings.Section;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where what no backend took is kept.
 *
 * @param file one line of JSON for each; null, as unless told: {@code dead-letters.jsonl} in the data directory
 * @param maxSize how large the file may become; 64 KiB to 1 TiB, 1 GiB unless told. What does not fit is counted, and told in
 *     the log without what it said
 */
public record DeadLettersConfig(@Nullable Path file, ByteSize maxSize) {

    /** What an absent section means. */
    public static final DeadLettersConfig DEFAULT = new DeadLettersConfig(null, ByteSize.ofMiB(1024));

    /** Reads the section. */
    public static DeadLettersConfig read(Section in) {
        return new DeadLettersConfig(
                in.optional(
                        "file",
                        "one line of JSON for each message that no backend took",
                        Kind.PATH,
                        "dead-letters.jsonl in the data directory"),
                in.size(
                        "maxSize",
                        "how large the file may become; what does not fit is counted and told in the log, without its text",
                        DEFAULT.maxSize,
                        Range.of(ByteSize.ofKiB(64), ByteSize.ofMiB(1 << 20))));
    }
}
