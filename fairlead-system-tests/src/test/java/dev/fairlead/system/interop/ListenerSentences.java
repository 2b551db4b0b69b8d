// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.RelayUnderTest;
import dev.fairlead.testkit.TestAuthority;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every listener must be able to do with every foreign sender, on both transports. */
@ParameterizedClass
@EnumSource(Transport.class)
@ExtendWith(RelayUnderTest.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ListenerSentences {

    private static final String PATH = "orders";

    @Parameter
    Transport transport;

    private final Map<SenderKind, ForeignSender> senders = new EnumMap<>(SenderKind.class);
    private Story listener;
    private RelayUnderTest relay;

    /** {@return the listener, online} It echoes, and tells of each sender and of each close. */
    protected abstract Story online(RelayUnderTest on, String path);

    @BeforeParameterizedClassInvocation(injectArguments = false)
    void bringListenerOnline(RelayUnderTest started, @TempDir Path folder) {
        relay = transport.of(started, new TestAuthority(folder));
        listener = online(relay, PATH);
    }

    @AfterParameterizedClassInvocation
    void endPrograms() {
        senders.values().forEach(ForeignSender::close);
        senders.clear();
        listener.close();
    }

    /** {@return the relay of the class} */
    protected RelayUnderTest relay() {
        return relay;
    }

    /** {@return the listener of the class} */
    protected Story listener() {
        return listener;
    }

    /** {@return the one sender of this kind, joined anew} */
    protected ForeignSender joined(SenderKind sender) {
        ForeignSender joined = sender(sender).connects(relay, PATH);
        listener.prints("accepted");
        return joined;
    }

    /** {@return the one sender of this kind} */
    protected ForeignSender sender(SenderKind sender) {
        return senders.computeIfAbsent(sender, kind -> kind.start(relay.authority()));
    }

    /** Closes as the sender's library does, and waits until both sides have seen it, so that the next test begins anew. */
    protected void part(ForeignSender joined) {
        joined.closes().seesClose();
        listener.prints("closed");
    }

    @ParameterizedTest
    @EnumSource
    void textIsEchoed(SenderKind sender) {
        part(joined(sender).echoes("hello", 1).echoes("hä€😀", 2));
    }

    @ParameterizedTest
    @EnumSource
    void bytesOfEveryLengthFormAreEchoed(SenderKind sender) {
        part(joined(sender)
                .echoesBytes(1)
                .echoesBytes(125)
                .echoesBytes(126)
                .echoesBytes(65_535)
                .echoesBytes(65_536));
    }

    @ParameterizedTest
    @EnumSource
    void mebibyteIsEchoedInOneMessage(SenderKind sender) {
        // The relay cuts at 32 KiB, which falls within characters of this text.
        part(joined(sender).echoes("hä€😀x", (1 << 20) / 11).echoesBytes(1 << 20));
    }

    @ParameterizedTest
    @EnumSource
    void emptyMessagesAreEchoed(SenderKind sender) {
        part(joined(sender).echoes("", 1).echoesBytes(0));
    }

    @ParameterizedTest
    @EnumSource(names = {"WS", "PYTHON"})
    void textInFragmentsThatCutCharactersArrivesWhole(SenderKind sender) {
        part(joined(sender).echoesInFragments("aä€😀z"));
    }

    @ParameterizedTest
    @EnumSource
    void listenerSeesCodeAndReasonOfTheSendersClose(SenderKind sender) {
        ForeignSender joined = joined(sender);

        joined.closes(4001, "done, thank you");

        assertThat(listener.prints("closed 4001")).isEqualTo("closed 4001 done, thank you");
        assertThat(joined.seesClose()).startsWith("closed");
    }

    @ParameterizedTest
    @EnumSource
    void senderSeesCodeAndReasonOfTheListenersClose(SenderKind sender) {
        ForeignSender joined = joined(sender);

        joined.sends("close 4002 enough for today");

        assertThat(joined.seesClose()).isEqualTo("closed 4002 enough for today");
        listener.prints("closed");
    }
}
