// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request, of which nothing is read once it was closed, or the answer is complete. */
final class RequestBody extends FilterInputStream {

    private volatile boolean closed;

    RequestBody(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        checkOpen();
        return super.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        checkOpen();
        return super.read(into, offset, length);
    }

    @Override
    public long skip(long count) throws IOException {
        checkOpen();
        return super.skip(count);
    }

    @Override
    public int available() throws IOException {
        checkOpen();
        return super.available();
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("the request's body was closed");
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        super.close();
    }
}
