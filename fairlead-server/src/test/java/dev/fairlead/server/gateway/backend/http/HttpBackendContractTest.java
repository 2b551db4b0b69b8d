// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import dev.fairlead.server.connection.CallOutcome;
import dev.fairlead.server.connection.HttpCall;
import dev.fairlead.server.gateway.backend.Backend;
import dev.fairlead.server.gateway.backend.RemoteBackendContractTest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class HttpBackendContractTest extends RemoteBackendContractTest {

    private static final Pattern MESSAGE = Pattern.compile("\"message\": \"(.*)\"}");

    private final FakeCaller caller = new FakeCaller();
    private int answered;

    @Override
    protected Backend make() {
        HttpBackendConfig config = HttpBackendConfig.of(
                URI.create("http://127.0.0.1:4242/connected"),
                URI.create("http://127.0.0.1:4242/message"),
                URI.create("http://127.0.0.1:4242/disconnected"),
                Duration.ofSeconds(30));
        CallbackAddress address = new CallbackAddress(null, () -> URI.create("http://127.0.0.1:8765"));
        return new HttpBackend(config, address, caller::caller, time());
    }

    @Override
    protected void takesWhatWaits() {
        // what comes of an answer waits for the next
        for (int waiting = caller.calls().size() - answered; waiting > 0; waiting--) {
            answered++;
            caller.answers(200);
        }
    }

    @Override
    protected void loses() {
        answered++;
        caller.ends(new CallOutcome.Failed(CallOutcome.Cause.LOST, "planned"));
    }

    @Override
    protected List<String> passedOn() {
        return caller.calls().stream().map(HttpBackendContractTest::told).toList();
    }

    private static String told(HttpCall call) {
        if (!call.target().equals("/message")) {
            return call.target().substring(1);
        }
        Matcher said = MESSAGE.matcher(FakeCaller.body(call));
        String id = FakeCaller.header(call, "Fairlead-Message-Id");
        return id.substring(id.lastIndexOf('-') + 1) + " " + (said.find() ? said.group(1) : "?");
    }
}
