// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.browser;

import dev.fairlead.system.interop.SenderKind;
import dev.fairlead.system.interop.SenderSentences;

class ChromiumSenderIT extends SenderSentences {

    ChromiumSenderIT() {
        super(SenderKind.CHROMIUM);
    }

    /** A page learns that its socket is closed, and nothing more. */
    @Override
    protected String shown(int status, String words) {
        return "refused 3";
    }
}
