// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.node;

import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.SenderSentences;

class HycoWsSenderIT extends SenderSentences {

    HycoWsSenderIT() {
        super(SenderKind.HYCO_WS);
    }

    /** It shows the status alone. */
    @Override
    protected String shown(int status, String words) {
        return "unexpected server response (" + status + ")";
    }
}
