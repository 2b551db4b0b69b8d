// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

/**
 * Thrown by a service's method that wants the same message once more, from this instance or another: the message goes back
 * to its queue. Thrown again for the message's second delivery it ends in an error and the dead letters.
 */
public final class CallAgain extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param reason for the log
     */
    public CallAgain(String reason) {
        super(reason, null, false, false);
    }
}
