// SPDX-License-Identifier: Apache-2.0
import dev.fairlead.mesh.MeshContext;
import dev.fairlead.mesh.MeshException;
import dev.fairlead.mesh.MeshMethod;
import dev.fairlead.mesh.MeshResult;
import dev.fairlead.mesh.MeshService;
import dev.fairlead.mesh.Param;
import dev.fairlead.mesh.wire.MeshError;
import dev.fairlead.mesh.wire.MeshMessage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;

/** The service "stock" of a mesh, which knows how much there is of what: java Stock.java */
public class Stock {

    /** What is answered: a record is an object of JSON. */
    public record Shelf(String article, int left) {}

    /** What subscribers are told. */
    public record Taken(String article, int left, String by) {}

    private final ConcurrentMap<String, Integer> shelves = new ConcurrentHashMap<>(Map.of("rope", 40, "anchor", 3));

    public static void main(String[] arguments) throws InterruptedException {
        Stock stock = new Stock();
        MeshService service = MeshService.builder(mesh(), "stock", stock)
                .description("how much there is of what")
                .prefetch(16)
                .onEvent("orders.cancelled", stock::cancelled)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        System.out.println("stock serves");
        // the library's threads are daemons, so without this the program would end here
        new CountDownLatch(1).await();
    }

    private static String mesh() {
        String told = System.getenv("FAIRLEAD_MESH_URI");
        return told == null ? "amqp://guest:guest@localhost:5672/mesh" : told;
    }

    @MeshMethod(description = "how much there is of an article")
    public int count(@Param("article") String article) {
        return shelves.getOrDefault(article, 0);
    }

    /** Takes some away, which everybody hears who subscribed to "stock.taken". */
    @MeshMethod(description = "takes some of an article, and says how much is left")
    public MeshResult take(
            @Param("article") String article,
            @Param(value = "count", defaultValue = "1") int count,
            MeshContext context) {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: 1 or more)");
        }
        int left = shelves.compute(article, (same, there) -> {
            int now = there == null ? 0 : there;
            if (now < count) {
                throw new MeshException(new MeshError("OutOfStock", "only " + now + " of " + article + " left"));
            }
            return now - count;
        });
        String who = context.text("user_id").orElse("somebody");
        return MeshResult.of(new Shelf(article, left)).andEvent("stock.taken", new Taken(article, left, who));
    }

    /** An order is cancelled: what it took comes back. */
    private void cancelled(MeshMessage.Event event, MeshContext context) {
        if (event.event() instanceof Map<?, ?> order
                && order.get("article") instanceof String article
                && order.get("count") instanceof Number count) {
            int now = shelves.merge(article, count.intValue(), Integer::sum);
            System.out.println(article + ": " + now);
        } else {
            throw new IllegalArgumentException("event: no article and count"); // and the event is a dead letter
        }
    }
}
