// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import dev.fairlead.mesh.MeshMethod;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.Param;
import java.util.concurrent.CountDownLatch;

/** A service of a mesh, as its users write one, that echoes. A process of its own, without options for the JVM. */
public final class MeshEcho {

    /** The service, for those who ask. */
    static final String SERVICE = "bench";

    /** Its method. */
    static final String METHOD = "echo";

    /** What it prints once it is asked. */
    static final String READY = "serving";

    /** So many requests at work at once that it is never the service that is waited for. */
    private static final int PREFETCH = 256;

    private MeshEcho() {}

    /**
     * Serves until it is killed.
     *
     * @param arguments the address of a mesh
     */
    public static void main(String[] arguments) throws InterruptedException {
        try (MeshService service = MeshService.builder(arguments[0], SERVICE, new MeshEcho())
                .prefetch(PREFETCH)
                .start()) {
            System.out.println(READY + " " + service.description().methods().size());
            new CountDownLatch(1).await();
        }
    }

    /** {@return what it is given} */
    @MeshMethod(name = METHOD)
    public String echo(@Param("text") String text) {
        return text;
    }
}
