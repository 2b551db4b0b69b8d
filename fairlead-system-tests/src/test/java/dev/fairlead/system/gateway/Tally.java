// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How many messages of each session a backend has, in a file that outlives it: what it entered before it was killed is there.
 * Safe from any thread, and from other processes.
 */
final class Tally {

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final int sessions;
    private final ByteBuffer counts;

    /** Opens the file, which comes to be with the first that does. */
    Tally(Path file, int sessions) {
        this.sessions = sessions;
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            counts = channel.map(FileChannel.MapMode.READ_WRITE, 0, Integer.BYTES * (sessions + 1L))
                    .order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Enters a message of a session, whose messages have the numbers from 0 on; one that is there already changes nothing. */
    void enter(int session, int number) {
        int has = of(session);
        if (number == has) {
            INT.setVolatile(counts, Integer.BYTES * session, number + 1);
        } else if (number > has) {
            Object _ = INT.getAndAdd(counts, Integer.BYTES * sessions, 1);
        }
    }

    /** {@return how many messages of a session there are: the first so many} */
    int of(int session) {
        return (int) INT.getVolatile(counts, Integer.BYTES * session);
    }

    /** {@return how many messages came before one that should have come first} */
    int leaps() {
        return of(sessions);
    }

    /** {@return how many messages there are of all sessions} */
    int total() {
        int sum = 0;
        for (int i = 0; i < sessions; i++) {
            sum += of(i);
        }
        return sum;
    }
}
