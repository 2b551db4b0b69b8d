// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where backends are told to call back. Never the address that a client dialled: that is the client's word, and a backend that
 * believed it would send what it has to say to whomever the client named.
 */
public final class CallbackAddress {

    private final @Nullable String told;
    private final Supplier<URI> first;

    /**
     * Names both.
     *
     * @param told the configured base; null for the port that is listened on first
     * @param first that port's address, once it is known
     */
    public CallbackAddress(@Nullable URI told, Supplier<URI> first) {
        this.told = told == null ? null : told.toString().replaceFirst("/+$", "");
        this.first = first;
    }

    /** {@return what callback addresses begin with, without a slash behind it} */
    String base() {
        if (told != null) {
            return told;
        }
        URI address = first.get();
        // nobody dials the address that stands for all of a machine's
        String host =
                switch (address.getHost()) {
                    case "0.0.0.0" -> "127.0.0.1";
                    case "[::]", "[0:0:0:0:0:0:0:0]" -> "[::1]";
                    default -> address.getHost();
                };
        return address.getScheme() + "://" + host + ":" + address.getPort();
    }
}
