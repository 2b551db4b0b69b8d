// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of load over HTTP: so many senders, each with a connection that is kept and one request under way on it.
 *
 * @param work what a request asks for
 * @param size bytes of a body
 * @param senders how many there are; one for {@linkplain #isBody bodies}, so that the bytes measured are exact
 */
record HttpCell(Work work, int size, int senders) {

    /** What a request asks for. */
    enum Work {
        /** A body is posted and comes back; of no size, a GET that is answered with nothing. */
        ECHO,
        /** A body comes, in chunks. */
        DOWNLOAD,
        /** A body of a length told beforehand is posted. */
        UPLOAD,
        /** A body is posted in chunks. */
        CHUNKED;

        /** {@return its name in cells and for the load generator} */
        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The name of the cell in which messages go there and back over WebSockets, which bodies are compared with. */
    static final String WEBSOCKET = "http-websocket";

    /** What is measured in {@link #WEBSOCKET}: as much of one connection under way as sockets hold of a body. */
    static final Cell WEBSOCKET_CELL = new Cell(64 << 10, 1, 16);

    private static final Pattern NAME = Pattern.compile("http(\\d+)(B|KiB|MiB)(?:x(\\d+)|-(download|upload|chunked))");

    /** {@return a cell in which one body after the other goes one way} */
    static HttpCell body(Work work, int size) {
        return new HttpCell(work, size, 1);
    }

    /**
     * {@return the cell of a name such as {@code http1KiBx64} or {@code http100MiB-upload}}
     *
     * @throws IllegalArgumentException if the name is none
     */
    static HttpCell of(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "cell: " + name + " (expected: httpSIZExSENDERS or httpSIZE-WORK such as http100MiB-upload)");
        }
        int size = Cell.bytes(parts.group(1), parts.group(2));
        return parts.group(3) != null
                ? new HttpCell(Work.ECHO, size, Integer.parseInt(parts.group(3)))
                : body(Work.valueOf(parts.group(4).toUpperCase(Locale.ROOT)), size);
    }

    /** {@return whether it is a long body going one way, rather than requests over the control channel} */
    boolean isBody() {
        return work != Work.ECHO;
    }

    /** {@return the name that {@link #of} reads} */
    String name() {
        return "http" + Cell.sizeText(size).replace(" ", "") + (isBody() ? "-" + work.id() : "x" + senders);
    }

    /** {@return the name for readers} */
    String words() {
        String text = Cell.sizeText(size);
        return switch (work) {
            case ECHO -> text + ", " + senders + (senders == 1 ? " sender" : " senders");
            case DOWNLOAD -> "download of " + text;
            case UPLOAD -> "upload of " + text + ", length told";
            case CHUNKED -> "upload of " + text + ", in chunks";
        };
    }
}
