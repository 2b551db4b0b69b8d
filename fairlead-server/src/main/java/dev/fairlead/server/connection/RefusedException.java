// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

/**
 * Carries a {@link Refusal} to the one handler that answers it. A refusal is an answer and no fault: it has no stack
 * trace, so a flood of bad requests costs no more than the answers do.
 */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient UpgradeAnswer.Refused answer;

    /**
     * Says what was refused and on what evidence.
     *
     * @param detail the offending value and what was expected, for the log alone: it is never sent to the peer
     */
    public RefusedException(Refusal refusal, String detail) {
        this(UpgradeAnswer.Refused.of(refusal), detail);
    }

    /** Says what was refused, in words chosen for this peer. */
    public RefusedException(UpgradeAnswer.Refused answer, String detail) {
        super(
                answer.refusal().summary() + ": " + PeerText.forLog(detail) + "; "
                        + answer.refusal().remedy(),
                null,
                false,
                false);
        this.answer = answer;
    }

    /** {@return what the peer is to be told} */
    public UpgradeAnswer.Refused answer() {
        return answer;
    }
}
