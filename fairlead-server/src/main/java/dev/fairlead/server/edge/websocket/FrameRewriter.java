// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.websocket;

import dev.fairlead.protocol.websocket.FrameHeaderReader;
import dev.fairlead.protocol.websocket.FrameWriter;
import dev.fairlead.protocol.websocket.Mask;
import dev.fairlead.protocol.websocket.Opcode;
import dev.fairlead.protocol.websocket.ProtocolViolation;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Makes the frames that one client sent into frames that another may be sent: unmasked, with new headers, at most
 * {@value #MAX_PIECE} bytes each.
 *
 * <p>What one read brought leaves in one piece wherever it can. The first frame of a read gets its shorter header directly
 * before its payload, which stays where it lies; the next ones move down against it. A frame is passed on as soon as a
 * part of it is there, as a fragment of what is there: so what went out ends with a whole frame at all times, and a ping or
 * a Close can follow at once. Control frames do not pass; they are told of.
 *
 * <p>One instance for each direction of a pair; confined to its event loop. Allocates nothing for data frames but the
 * slices that it passes on.
 */
final class FrameRewriter {

    /** Clients of Hybrid Connections refuse frames beyond 64 KiB; the original sends at most this. */
    static final int MAX_PIECE = 32 * 1024;

    private static final int NOTHING = -1;

    /** Where the frames go. */
    interface Outlet {

        /** Takes whole frames, in order; the buffer is the callee's. */
        void pass(ByteBuf frames);

        /**
         * Takes a control frame, after all frames before it.
         *
         * @param payload unmasked; the callee's
         * @return whether to go on behind it
         */
        boolean heard(int opcode, byte[] payload);
    }

    private final LoopBuffer loop;
    private final Outlet outlet;
    private final FrameHeaderReader header = FrameHeaderReader.ofClientFrames();

    private boolean inFrame;
    private boolean atFrameStart;
    private long passed;
    private byte[] control = new byte[0];

    /** What goes out next: from here to there in the loop's buffer. */
    private int outStart = NOTHING;

    private int outEnd;
    private int spareHeader;

    /**
     * Reads from the beginning of a stream of frames.
     *
     * @param reservedBits whether the reserved bits of data frames pass, since both ends agreed on an extension
     */
    FrameRewriter(LoopBuffer loop, Outlet outlet, boolean reservedBits) {
        this.loop = loop;
        this.outlet = outlet;
        if (reservedBits) {
            header.allowReservedBits();
        }
    }

    /**
     * Rewrites what was read.
     *
     * @param bytes the buffer that the loop's last {@link LoopBuffer#take()} gave; borrowed. What lies between the indices
     *     is overwritten, and so is the headroom
     * @return whether there was anything of a data frame
     * @throws ProtocolViolation if a frame breaks a rule; all before it was passed on, and nothing may follow
     */
    boolean rewrite(ByteBuf bytes, int from, int to) {
        spareHeader = 0;
        try {
            return rewriteFrames(bytes, from, to);
        } finally {
            passOn(bytes);
        }
    }

    private boolean rewriteFrames(ByteBuf bytes, int from, int to) {
        ByteBuffer in = loop.view();
        boolean data = false;
        int at = from;
        while (true) {
            if (!inFrame) {
                at = header.read(in, at, to);
                if (at < 0) {
                    return data;
                }
                begin();
            }
            long left = header.length() - passed;
            int take = (int) Math.min(to - at, Math.min(left, MAX_PIECE));
            if (take == 0 && left > 0) {
                return data;
            }
            Mask.apply(in, at, at + take, header.key(), passed);
            boolean ends = take == left;
            inFrame = !ends;
            if (!Opcode.isControl(header.opcode())) {
                place(bytes, in, at, take, ends);
                data = true;
            } else {
                in.get(at, control, (int) passed, take);
                if (ends) {
                    passOn(bytes);
                    if (!outlet.heard(header.opcode(), control)) {
                        return data;
                    }
                }
            }
            passed += take;
            at += take;
        }
    }

    private void begin() {
        inFrame = true;
        atFrameStart = true;
        passed = 0;
        if (Opcode.isControl(header.opcode())) {
            control = new byte[(int) header.length()];
        }
    }

    /** Puts a piece of a data frame, with its new header, behind what goes out. */
    private void place(ByteBuf bytes, ByteBuffer in, int at, int length, boolean ends) {
        int first = atFrameStart ? header.reservedBits() | header.opcode() : Opcode.CONTINUATION;
        if (ends && header.isFinal()) {
            first |= FrameWriter.FINAL;
        }
        atFrameStart = false;
        int headerBytes = FrameWriter.headerBytes(length);
        if (outStart == NOTHING) {
            outStart = at - headerBytes;
            FrameWriter.header(in, outStart, first, length);
            outEnd = at + length;
        } else if (at - outEnd >= headerBytes) {
            int payload = FrameWriter.header(in, outEnd, first, length);
            if (payload != at) {
                in.put(payload, in, at, length);
            }
            outEnd = payload + length;
        } else {
            // The last piece ends where this one begins: its header goes out by itself, from the headroom.
            passOn(bytes);
            FrameWriter.header(in, spareHeader, first, length);
            outlet.pass(bytes.retainedSlice(spareHeader, headerBytes));
            spareHeader += headerBytes;
            outStart = at;
            outEnd = at + length;
        }
    }

    private void passOn(ByteBuf bytes) {
        if (outStart != NOTHING) {
            ByteBuf frames = bytes.retainedSlice(outStart, outEnd - outStart);
            outStart = NOTHING;
            outlet.pass(frames);
        }
    }
}
