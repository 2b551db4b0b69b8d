// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import dev.fairlead.mesh.MeshMethod;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.Param;
import dev.fairlead.testkit.ForeignProgram;
import java.io.IOException;
import java.nio.file.Path;

/** A service that says again what it is told; also as a process of its own, which can be killed. */
public final class MeshLab {

    /** Serves the service {@code lab} of the mesh at the address that it takes, until its standard input ends. */
    public static void main(String... arguments) throws IOException {
        try (MeshService service =
                MeshService.builder(arguments[0], "lab", new MeshLab()).start()) {
            System.out.println("ready " + service.isConnected());
            System.in.transferTo(System.out);
        }
    }

    /** {@return the service in a process of its own, connected} */
    static ForeignProgram process(String uri) {
        ForeignProgram program = ForeignProgram.running(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        MeshLab.class.getName(),
                        uri)
                .start();
        program.prints("ready");
        return program;
    }

    @MeshMethod
    public Object echo(@Param("a") Object a) {
        return a;
    }
}
