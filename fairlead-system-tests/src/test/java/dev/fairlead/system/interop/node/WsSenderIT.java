// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.node;

import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.SenderSentences;

class WsSenderIT extends SenderSentences {

    WsSenderIT() {
        super(SenderKind.WS);
    }

    /** It shows the status alone. */
    @Override
    protected String shown(int status, String words) {
        return "Unexpected server response: " + status;
    }
}
