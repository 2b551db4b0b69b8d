// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import dev.fairlead.protocol.http.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An exchange without a socket: keeps what is answered, and lets a test say what its client does. */
public final class FakeExchange implements HttpExchange {

    private final FakePeer connection;
    private final HttpQuestion question;
    private final OptionalLong bodyBytes;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private @Nullable ExchangeEvents events;
    private boolean reading;
    private boolean paused;
    private boolean behind;
    private boolean ended;
    private long unsentBytes;
    private @Nullable HttpAnswer answer;
    private OptionalLong answerBytes = OptionalLong.empty();
    private UpgradeAnswer.@Nullable Refused refusal;

    /** A request with a body of that length; empty for one that is not known. */
    public FakeExchange(FakeTime time, String method, String target, OptionalLong bodyBytes, List<Header> headers) {
        this.connection = new FakePeer("sender", time);
        this.question = new HttpQuestion(method, target, new Headers(headers), connection.remoteAddress());
        this.bodyBytes = bodyBytes;
    }

    /** Says who hears what the client does. */
    public void isHeardBy(ExchangeEvents heardBy) {
        this.events = heardBy;
    }

    private ExchangeEvents events() {
        if (events == null) {
            throw new IllegalStateException("nobody hears of this exchange");
        }
        return events;
    }

    /** The client sends a part of the body. */
    public void sends(String part) {
        events().onBody(Unpooled.copiedBuffer(part, StandardCharsets.UTF_8));
        events().onBodyRead();
    }

    /** The client has sent the whole body. */
    public void hasSentAll() {
        events().onBodyEnd();
    }

    /** The client takes no bytes from now on. */
    public void isBehind() {
        behind = true;
    }

    /** The client takes some of what waits for it. */
    public void takes(int bytes) {
        unsentBytes -= bytes;
    }

    /** The client has taken all. */
    public void caughtUp() {
        behind = false;
        unsentBytes = 0;
        events().onDrained();
    }

    /** The client is gone. */
    public void leaves() {
        connection.leaves();
        events().onBrokenOff();
    }

    @Override
    public HttpQuestion question() {
        return question;
    }

    @Override
    public OptionalLong bodyBytes() {
        return bodyBytes;
    }

    @Override
    public void readBody() {
        reading = true;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public void respond(HttpAnswer head, OptionalLong bytes) {
        if (answer != null || refusal != null) {
            throw new IllegalStateException("answered twice");
        }
        answer = head;
        answerBytes = bytes;
    }

    @Override
    public void write(ByteBuf part) {
        byte[] bytes = new byte[part.readableBytes()];
        part.readBytes(bytes);
        part.release();
        if (answer == null || ended) {
            throw new IllegalStateException("a body without a head, or behind its end");
        }
        unsentBytes += bytes.length;
        body.writeBytes(bytes);
    }

    @Override
    public boolean flush() {
        if (!behind) {
            unsentBytes = 0;
        }
        return !behind;
    }

    @Override
    public long unsentBytes() {
        return unsentBytes;
    }

    @Override
    public void end() {
        if (answer == null || ended) {
            throw new IllegalStateException("an end without a head, or a second one");
        }
        ended = true;
    }

    @Override
    public void refuse(UpgradeAnswer.Refused refused) {
        if (answer != null || refusal != null) {
            throw new IllegalStateException("answered twice");
        }
        refusal = refused;
        ended = true;
    }

    @Override
    public String id() {
        return connection.id();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public boolean inLoop() {
        return connection.inLoop();
    }

    @Override
    public void execute(Runnable task) {
        connection.execute(task);
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        return connection.schedule(delay, task);
    }

    @Override
    public Cancellable onGone(Runnable task) {
        return connection.onGone(task);
    }

    @Override
    public void abort() {
        connection.abort();
    }

    /** {@return whether its body is read} */
    public boolean isReading() {
        return reading && !paused;
    }

    /** {@return the head of the answer; null if there is none} */
    public @Nullable HttpAnswer answer() {
        return answer;
    }

    /** {@return how long the answer's body was said to be} */
    public OptionalLong answerBytes() {
        return answerBytes;
    }

    /** {@return what was written of the answer's body} */
    public String body() {
        return body.toString(StandardCharsets.UTF_8);
    }

    /** {@return whether the answer, or the refusal, is whole} */
    public boolean isEnded() {
        return ended;
    }

    /** {@return whether the client was cut off} */
    public boolean isAborted() {
        return connection.isAborted();
    }

    /** {@return why the request was refused; null if it was not} */
    public UpgradeAnswer.@Nullable Refused refusal() {
        return refusal;
    }
}
