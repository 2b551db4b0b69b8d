// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.python;

import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.SenderSentences;

class PythonSenderIT extends SenderSentences {

    PythonSenderIT() {
        super(SenderKind.PYTHON);
    }

    /** It shows the reason phrase as well. */
    @Override
    protected String shown(int status, String words) {
        return "Handshake status " + status + " " + words;
    }
}
