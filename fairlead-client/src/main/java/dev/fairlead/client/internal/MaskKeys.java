// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Masking keys that nobody can foretell (RFC 6455, section 5.3), drawn in batches. Not safe for several threads. */
final class MaskKeys {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ByteBuffer batch = ByteBuffer.allocate(64 * Integer.BYTES).flip();

    int next() {
        if (!batch.hasRemaining()) {
            RANDOM.nextBytes(batch.array());
            batch.clear();
        }
        return batch.getInt();
    }
}
