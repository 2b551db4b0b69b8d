// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.edge.tls;

/** A file with a certificate or a key cannot be used. The message says why and what to do; it holds nothing of a key. */
public final class UnusableCertificate extends Exception {

    private static final long serialVersionUID = 1L;

    private final Part part;

    /** Which of the files. */
    public enum Part {
        /** The server's certificate, with those that lead to its authority. */
        CHAIN,
        /** The server's private key. */
        KEY,
        /** The authorities of clients, or of servers that are called. */
        AUTHORITIES
    }

    UnusableCertificate(Part part, String why) {
        super(why);
        this.part = part;
    }

    /** {@return the file that is to be put right} */
    public Part part() {
        return part;
    }

    /** {@return what is wrong, and what was expected} */
    public String why() {
        return String.valueOf(getMessage());
    }
}
