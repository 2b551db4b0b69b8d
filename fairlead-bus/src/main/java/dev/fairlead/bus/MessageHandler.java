// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus;

/** Hears what a member wanted to hear. */
@FunctionalInterface
public interface MessageHandler {

    /**
     * A message has come. On the member's thread, one at a time; the next one waits for the return.
     *
     * @throws Exception what is logged
     */
    void heard(BusMessage message) throws Exception;
}
