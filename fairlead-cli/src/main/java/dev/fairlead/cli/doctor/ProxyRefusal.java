// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;

/** A proxy opens no tunnel. */
final class ProxyRefusal extends IOException {

    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    ProxyRefusal(Answer answer) {
        super("the proxy answers " + answer.words());
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }
}
