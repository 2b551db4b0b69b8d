// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.micro;

import dev.fairlead.protocol.address.HybridPath;
import dev.fairlead.protocol.token.SasKey;
import dev.fairlead.protocol.token.SasToken;
import dev.fairlead.server.security.AuthorizationRule;
import dev.fairlead.server.security.Authorizer;
import dev.fairlead.server.security.Right;
import dev.fairlead.server.security.Verdict;
import dev.fairlead.server.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to judge a sender's token, which is done once for each connection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenBenchmark {

    private static final String KEY = "a key as long as the keys that Azure makes: 44.";

    private final Authorizer authorizer = new Authorizer(
            List.of(new AuthorizationRule("send", Secret.of(KEY), null, Set.of(Right.SEND))),
            Duration.ZERO,
            InstantSource.system());
    private final HybridPath path = HybridPath.ofUrlPath("/orders");
    private final String token = SasToken.sign(
                    "http://relay.example.com/orders/",
                    SasKey.of("send", KEY),
                    Instant.now().plus(Duration.ofHours(1)))
            .text();

    /** {@return whether the token is good, which it is} */
    @Benchmark
    public Verdict judge() {
        return authorizer.judge(token, path, Right.SEND, List.of());
    }
}
