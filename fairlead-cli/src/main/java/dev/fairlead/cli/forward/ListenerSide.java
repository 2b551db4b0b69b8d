// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import dev.fairlead.client.RelayConnection;
import dev.fairlead.protocol.websocket.CloseStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** The listener's side of a connection: hears which port is wanted, and dials its target if there is one. */
final class ListenerSide extends ForwardedConnection {

    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(10);

    private static final CloseStatus UNKNOWN_NAME = new CloseStatus(CloseStatus.NORMAL, "Unknown port name");
    private static final CloseStatus UNREACHABLE =
            new CloseStatus(CloseStatus.INTERNAL_ERROR, "The target cannot be reached");

    private final Targets targets;
    private final Preamble.WishReader wish = new Preamble.WishReader();
    private boolean refused;

    ListenerSide(String name, Targets targets, Traffic traffic, Witness witness, OpenConnections open) {
        super(name, traffic, witness, open);
        this.targets = targets;
    }

    /** It is the sender who speaks first. */
    @Override
    void greet(RelayConnection opened) {}

    @Override
    void onGreeting(RelayConnection opened, ByteBuffer part) {
        if (!refused) {
            wish.read(part).ifPresent(wanted -> act(opened, wanted));
        }
    }

    private void act(RelayConnection opened, Preamble.Wish wanted) {
        switch (wanted) {
            case Preamble.Wish.Unknown() -> {
                witness().trouble(name() + ": refused: it speaks another version of azbridge's protocol");
                opened.sendBinary(Preamble.Answer.OTHER_VERSION.bytes());
                refuse(opened, SHUTDOWN);
            }
            case Preamble.Wish.Port(String portName, boolean datagrams) -> {
                Optional<Target> target = targets.find(portName);
                if (target.isEmpty()) {
                    witness()
                            .trouble(name() + ": refused: port name " + PortNames.shown(portName) + " (expected: "
                                    + targets.expected() + ")");
                    refuse(opened, UNKNOWN_NAME);
                } else if (datagrams) {
                    witness().trouble(name() + ": refused: it wants UDP, which is not forwarded");
                    opened.sendBinary(Preamble.Answer.WANTS_STREAM.bytes());
                    refuse(opened, SHUTDOWN);
                } else {
                    reach(opened, target.get());
                }
            }
        }
    }

    private void reach(RelayConnection opened, Target target) {
        Socket socket;
        try {
            socket = dial(target);
        } catch (IOException e) {
            witness().trouble(name() + ": refused: " + target + " cannot be reached: " + e.getMessage());
            refuse(opened, UNREACHABLE);
            return;
        }
        LocalEnd end = new LocalEnd.OfSocket(socket);
        try {
            opened.sendBinary(Preamble.Answer.STREAM_FOLLOWS.bytes());
            join(opened, end);
        } catch (IOException | RuntimeException _) {
            end.abort();
            abort();
        }
    }

    private void refuse(RelayConnection opened, CloseStatus status) {
        refused = true;
        opened.close(status);
    }

    /** Tries every address of the host: a name can stand for an IPv6 address that nobody serves, and an IPv4 one. */
    private static Socket dial(Target target) throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(target.host())) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, target.port()), (int) DIAL_TIMEOUT.toMillis());
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure == null ? new IOException("it has no address") : failure;
    }
}
