// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import java.io.IOException;

/** Something answered, but not over HTTP. */
final class NotHttp extends IOException {

    private static final long serialVersionUID = 1L;

    NotHttp() {
        super("the answer is not HTTP/1.1");
    }
}
