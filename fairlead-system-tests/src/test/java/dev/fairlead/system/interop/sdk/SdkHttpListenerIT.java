// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.sdk;

import dev.fairlead.system.interop.Story;
import dev.fairlead.system.interop.http.HttpListenerSentences;
import dev.fairlead.testkit.RelayUnderTest;

class SdkHttpListenerIT extends HttpListenerSentences {

    @Override
    protected Story online(RelayUnderTest on, String path) {
        return new SdkHttpListener(on, path);
    }
}
