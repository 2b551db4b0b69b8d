// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.server.settings.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The key with all rights that a server without a configuration file has. It is generated once, and kept under the data
 * directory for its owner alone.
 */
final class RootKey {

    /** What tokens name it by. */
    static final String NAME = "RootManageSharedAccessKey";

    private static final String FILE = "root-key";
    private static final int BITS = 256;
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{43}=");

    private final Path file;

    /** Names the key that is kept under {@code dataDirectory}. */
    RootKey(Path dataDirectory) {
        this.file = dataDirectory.resolve(FILE);
    }

    /**
     * {@return the key, if it was generated before}
     *
     * @throws ConfigException if there is a file, but no key can be read from it
     */
    Optional<String> read() {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        String key;
        try {
            key = Files.readString(file).strip();
        } catch (IOException e) {
            throw unusable("it cannot be read (" + e.getClass().getSimpleName() + "); let the server's user read it");
        }
        if (!BASE64.matcher(key).matches()) {
            throw unusable("no generated key (expected: 256 bits in base64); remove the file, and a new key is made");
        }
        return Optional.of(key);
    }

    /**
     * {@return the key, generated now if there was none}
     *
     * @param warnings is told if others could read it
     * @throws ConfigException if it can be neither read nor kept
     */
    String readOrGenerate(List<String> warnings) {
        Optional<String> kept = read();
        try {
            if (kept.isPresent()) {
                if (OwnerOnlyFile.close(file)) {
                    warnings.add(file + ": others could read this key (now its owner alone can); remove the file and "
                            + "start again for a new one if somebody may have read it");
                }
                return kept.get();
            }
            byte[] bits = new byte[BITS / Byte.SIZE];
            new SecureRandom().nextBytes(bits);
            String key = Base64.getEncoder().encodeToString(bits);
            OwnerOnlyFile.write(file, key + "\n");
            return key;
        } catch (IOException e) {
            throw unusable("it cannot be kept (" + e.getClass().getSimpleName()
                    + "); let the server's user write there, or set dataDirectory");
        }
    }

    private ConfigException unusable(String why) {
        return new ConfigException(file.toString(), List.of(why));
    }
}
