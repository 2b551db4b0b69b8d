// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.client.RelayConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** The sender's side of a connection: asks for a port by its name, and waits for a yes. */
final class SenderSide extends ForwardedConnection {

    private final LocalEnd end;
    private final String portName;
    private final Preamble.AnswerReader answer = new Preamble.AnswerReader();
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();
    private String refusal = "";
    private boolean joined;

    SenderSide(String name, String portName, LocalEnd end, Traffic traffic, Witness witness, OpenConnections open) {
        super(name, traffic, witness, open);
        this.end = end;
        this.portName = portName;
    }

    /** {@return a future of the end, which nothing completes exceptionally} */
    CompletableFuture<Ending> ended() {
        return ended;
    }

    @Override
    void greet(RelayConnection opened) {
        opened.sendBinary(ByteBuffer.wrap(Preamble.head(portName)));
        if (!portName.isEmpty()) {
            opened.sendBinary(ByteBuffer.wrap(Preamble.name(portName)));
        }
    }

    @Override
    void onGreeting(RelayConnection opened, ByteBuffer part) {
        if (refusal.isEmpty()) {
            answer.read(part).ifPresent(said -> act(opened, said));
        }
    }

    private void act(RelayConnection opened, Preamble.Answer said) {
        if (said != Preamble.Answer.STREAM_FOLLOWS) {
            refusal = said.meaning();
            opened.close(SHUTDOWN);
            return;
        }
        try {
            joined = true;
            join(opened, end);
        } catch (IOException _) {
            abort();
        }
    }

    @Override
    void onEnd(Ending ending) {
        if (joined) {
            ended.complete(ending);
            return;
        }
        end.abort();
        String why = "refused: " + (refusal.isEmpty() ? ending.words() : refusal);
        witness().trouble(name() + ": " + why);
        ended.complete(new Ending(false, why));
    }
}
