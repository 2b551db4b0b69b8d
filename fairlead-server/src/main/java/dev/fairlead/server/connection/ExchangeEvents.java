// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.connection;

import io.netty.buffer.ByteBuf;

/** Is told what happens to one {@link HttpExchange}. All methods run on its event loop, one at a time, and must not wait. */
public interface ExchangeEvents {

    /** Hears nothing, for an exchange that was over at once. */
    ExchangeEvents NONE = new ExchangeEvents() {
        @Override
        public void onBody(ByteBuf part) {
            part.release();
        }

        @Override
        public void onBodyRead() {}

        @Override
        public void onBodyEnd() {}

        @Override
        public void onDrained() {}

        @Override
        public void onBrokenOff() {}
    };

    /**
     * A part of the request's body; {@link #onBodyRead()} follows when all that one read brought was told.
     *
     * @param part the callee's to release
     */
    void onBody(ByteBuf part);

    /** All that one read brought was told. */
    void onBodyRead();

    /** The request's body is whole; at once after {@link HttpExchange#readBody()} where there is none. Once. */
    void onBodyEnd();

    /** All that was written has left, after a {@link HttpExchange#flush()} that said that it had not. */
    void onDrained();

    /**
     * The exchange is over before its time: the client is gone, or what it sent is no HTTP, which it was told. Nothing more
     * is to be said to it. Once at most, and not after the exchange ended.
     */
    void onBrokenOff();
}
