// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/** Something that will happen later, unless it is told not to. */
@FunctionalInterface
public interface Cancellable {

    /** Takes it back; without effect if it happened already. Any thread. */
    void cancel();
}
