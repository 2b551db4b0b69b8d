// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.security;

import java.time.Instant;

/**
 * What a token lets its bearer do.
 *
 * @param keyName the rule whose key signed it
 * @param expiresAt when it ends
 */
public record Grant(String keyName, Instant expiresAt) {}
