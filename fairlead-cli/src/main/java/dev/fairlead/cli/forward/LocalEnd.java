// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Where the bytes of a connection come from and go to on this machine. */
interface LocalEnd {

    /** {@return what is to go to the relay} */
    InputStream in() throws IOException;

    /** {@return where what comes from the relay goes} */
    OutputStream out() throws IOException;

    /** Says that nothing more comes from the relay. */
    void shutOutput() throws IOException;

    /** Lets go of it, with all said. */
    void close();

    /** Drops it, so that whoever is behind it does not take what came for the whole. */
    void abort();

    /** {@return what makes the thread that reads it} */
    Thread.Builder reader();

    /** A TCP connection. */
    record OfSocket(Socket socket) implements LocalEnd {

        @Override
        public InputStream in() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void shutOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException _) {
                // closed is what it is
            }
        }

        @Override
        public void abort() {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException _) {
                // closed already
            }
            close();
        }

        @Override
        public Thread.Builder reader() {
            return Thread.ofVirtual();
        }
    }

    /** Standard input and output. Reading cannot be broken off, so a thread of its own does it, which ends with the process. */
    record OfProcess(InputStream in, OutputStream out) implements LocalEnd {

        @Override
        public void shutOutput() throws IOException {
            out.close();
        }

        @Override
        public void close() {
            abort();
        }

        @Override
        public void abort() {
            try {
                out.close();
            } catch (IOException _) {
                // nobody reads it
            }
        }

        @Override
        public Thread.Builder reader() {
            return Thread.ofPlatform().daemon();
        }
    }
}
