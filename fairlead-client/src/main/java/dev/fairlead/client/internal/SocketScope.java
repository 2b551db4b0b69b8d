// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** The sockets that are being dialled for one purpose, so that they end when it does. Safe from any thread. */
public final class SocketScope implements Closeable {

    private final Lock lock = new ReentrantLock();
    private final Set<Socket> dialling = new HashSet<>();
    private boolean closed;

    /** Begins with none. */
    public SocketScope() {}

    /** Enters a socket that is about to be connected. */
    void enter(Socket socket) throws SocketException {
        lock.lock();
        try {
            if (closed) {
                throw new SocketException("closed before it was connected");
            }
            dialling.add(socket);
        } finally {
            lock.unlock();
        }
    }

    /** Lets a socket go: it is upgraded and somebody else's now, or it is closed. */
    void leave(Socket socket) throws SocketException {
        lock.lock();
        try {
            dialling.remove(socket);
            if (closed) {
                throw new SocketException("closed while it was connected");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends every dial under way and every later one. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (Socket socket : dialling) {
                try {
                    socket.close();
                } catch (IOException alreadyBroken) {
                    // it is of no more use either way
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
