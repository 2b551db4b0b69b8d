// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.mesh;

import dev.fairlead.mesh.CallAgain;
import dev.fairlead.mesh.MeshContext;
import dev.fairlead.mesh.MeshException;
import dev.fairlead.mesh.MeshMethod;
import dev.fairlead.mesh.MeshResult;
import dev.fairlead.mesh.Param;
import dev.fairlead.mesh.wire.ErrorKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** What the tests' service in Java can do. */
@SuppressWarnings("DoNotCallSuggester") // that is what some methods are for
public final class Lab {

    /** A result that is a record. */
    public record Sum(long sum, List<Integer> of) {}

    final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    final CountDownLatch gate = new CountDownLatch(1);

    @MeshMethod(description = "says it again")
    public Map<String, Object> echo(@Param("a") Object a) {
        return Map.of("a", a);
    }

    @MeshMethod
    public Sum sum(@Param("numbers") List<Integer> numbers, @Param(value = "more", defaultValue = "0") int more) {
        return new Sum(more + numbers.stream().mapToLong(Integer::longValue).sum(), numbers);
    }

    @MeshMethod
    public String greet(@Param("name") Optional<String> name) {
        return "hello " + name.orElse("you");
    }

    @MeshMethod
    public CompletionStage<String> later() {
        return CompletableFuture.supplyAsync(() -> "late");
    }

    @MeshMethod
    public void boom() {
        throw new IllegalStateException("boom happened");
    }

    @MeshMethod
    public void forbidden() {
        throw new MeshException(ErrorKind.AUTHORIZATION, "not you");
    }

    @MeshMethod
    public boolean again(MeshContext context) {
        if (!context.isRedelivered()) {
            throw new CallAgain("not yet");
        }
        return true;
    }

    @MeshMethod
    public void againAndAgain() {
        throw new CallAgain("never");
    }

    @MeshMethod
    public MeshResult publish() {
        return MeshResult.of("published").andEvent("lab.published", Map.of("by", "lab"), "user-1");
    }

    @MeshMethod(authorize = true)
    public Map<String, Object> who(MeshContext context) {
        return context.claims();
    }

    @MeshMethod(requiresEncryption = true)
    public Map<String, Object> secret(@Param("a") Object a, MeshContext context) {
        return Map.of("secret", a, "sealed", context.isEncrypted());
    }

    @MeshMethod(hidden = true)
    public String hidden() {
        return "found";
    }

    @MeshMethod
    public void note(@Param("text") String text) {
        told.add(text);
    }

    @MeshMethod
    public String waits() throws InterruptedException {
        told.add("waiting");
        gate.await();
        return "let through";
    }
}
