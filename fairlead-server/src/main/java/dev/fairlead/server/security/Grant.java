// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.security;

import dev.fairlead.server.settings.Secret;
import java.time.Instant;

/**
 * What a token lets its bearer do.
 *
 * @param keyName the rule whose key signed it
 * @param key the one of the rule's keys that did
 * @param expiresAt when the token ends; the skew that clocks are allowed is not in it
 */
public record Grant(String keyName, Secret key, Instant expiresAt) {}
