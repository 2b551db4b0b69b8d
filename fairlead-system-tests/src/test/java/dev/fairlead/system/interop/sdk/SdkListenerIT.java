// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import dev.fairlead.system.interop.ListenerSentences;
import dev.fairlead.system.interop.Story;
import dev.fairlead.testkit.RelayUnderTest;

class SdkListenerIT extends ListenerSentences {

    @Override
    protected Story online(RelayUnderTest on, String path) {
        return new SdkListener(on, path);
    }
}
