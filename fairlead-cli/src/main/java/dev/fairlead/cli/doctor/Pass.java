// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What a client shows to the relay: a secret.
 *
 * @param token null for an anonymous sender
 * @param rule the key that signed; empty where it is not known
 */
record Pass(@Nullable String token, String rule) {

    @Override
    public String toString() {
        return "Pass[" + rule + "]";
    }
}
