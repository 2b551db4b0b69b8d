// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend;

class LoopbackContractTest extends BackendContractTest {

    @Override
    protected Backend make() {
        return new Loopback(null);
    }

    @Override
    protected void takesWhatWaits() {
        // nothing waits
    }
}
