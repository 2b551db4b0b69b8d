// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.mesh;

import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.BackendContractTest;
import dev.fairlead.server.gateway.session.Sessions;

class MeshBackendContractTest extends BackendContractTest {

    private final FakeMesh mesh = new FakeMesh();

    @Override
    protected Backend make() {
        return new MeshBackend(MeshBackendConfig.of("amqp://broker.test", "gateway"), new Sessions(), mesh);
    }

    @Override
    protected void takesWhatWaits() {
        while (mesh.unanswered() > 0) {
            mesh.answers("{\"tag\": \"response\", \"result\": null, \"error\": null}");
        }
    }
}
