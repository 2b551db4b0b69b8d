// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.http.Header;
import java.util.List;
import java.util.Optional;

/**
 * What came back over HTTP.
 *
 * @param reason the reason phrase; may be empty
 * @param body its beginning; empty for an upgrade
 */
record Answer(int status, String reason, List<Header> headers, String body) {

    static final int UPGRADED = 101;

    Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.is(name))
                .map(Header::value)
                .findFirst();
    }

    /** {@return status and reason, without what is not to be printed on a terminal} */
    String words() {
        return (status + " " + reason).replaceAll("\\p{Cntrl}", "?").strip();
    }

    /** {@return whether the relay made it: a listener's own words have no tracking id, and bear a Via over plain HTTP} */
    boolean isOfRelay() {
        return header("Via").isEmpty() && reason.contains("TrackingId");
    }
}
