// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.protocol.http.Header;
import dev.fairlead.protocol.json.Json;
import dev.fairlead.protocol.trials.Trials;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What holds for all control messages, and for the JSON that they are made of. */
class ControlMessagePropertiesTest {

    @Test
    void anyTextIsAMessageOrIsRefused() {
        Trials.of(
                5_000,
                random -> ControlMessageFuzzTest.isAMessageOrIsRefused(Trials.text(
                        random,
                        "{\"accept\":",
                        "{\"request\":{",
                        "{\"response\":{\"requestId\":\"1\",",
                        "\"statusCode\":",
                        "\"responseHeaders\":{",
                        "\"Set-Cookie\":[",
                        "{\"renewToken\":{\"token\":\"",
                        "\"address\":\"",
                        "}}")));
    }

    @Test
    void damagedMessageIsOneOrIsRefused() {
        Trials.of(
                3_000,
                random -> ControlMessageFuzzTest.isAMessageOrIsRefused(
                        Trials.damaged(random, ControlMessages.encode(message(random)))));
    }

    @Test
    void messageIsReadAsItWasWritten() {
        Trials.of(3_000, random -> {
            ControlMessageFuzzTest.isReadAsItWasWritten(message(random));
        });
    }

    @Test
    void valueIsReadAsItWasWritten() {
        Trials.of(3_000, random -> {
            Object value = value(random, 0);

            assertThat(Json.parse(Json.write(value))).isEqualTo(value);
        });
    }

    private static ControlMessage message(Random random) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            headers.put(Trials.text(random), Trials.text(random));
        }
        RemoteEndpoint endpoint = new RemoteEndpoint(Trials.text(random), random.nextInt(65_536));
        return switch (random.nextInt(5)) {
            case 0 -> new ControlMessage.RenewToken("t" + Trials.text(random));
            case 1 ->
                new ControlMessage.Request(
                        Trials.text(random),
                        "1" + Trials.text(random),
                        Trials.text(random),
                        Trials.text(random),
                        endpoint,
                        headers,
                        random.nextBoolean());
            case 2 -> new ControlMessage.RequestAt("ws://" + Trials.text(random));
            case 3 -> {
                List<Header> lines = new ArrayList<>();
                headers.forEach((name, value) -> {
                    for (int i = random.nextInt(3); i >= 0; i--) {
                        lines.add(new Header(random.nextInt(4) == 0 ? "set-cookie" : name, value));
                    }
                });
                yield new ControlMessage.Response(
                        "1" + Trials.text(random), random.nextInt(), Trials.text(random), lines, random.nextBoolean());
            }
            default -> new ControlMessage.Accept("ws://" + Trials.text(random), Trials.text(random), headers, endpoint);
        };
    }

    private static Object value(Random random, int depth) {
        return switch (random.nextInt(depth > 5 ? 5 : 7)) {
            case 0 -> Trials.text(random);
            case 1 -> random.nextLong();
            case 2 -> {
                double number = Double.longBitsToDouble(random.nextLong());
                yield Double.isFinite(number) ? number : 0.5;
            }
            case 3 -> random.nextBoolean();
            case 4 -> null;
            case 5 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(Trials.text(random), value(random, depth + 1));
                }
                yield map;
            }
        };
    }
}
