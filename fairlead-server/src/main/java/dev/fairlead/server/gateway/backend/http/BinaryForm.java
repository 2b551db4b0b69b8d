// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

/** In what form a backend is told a binary message. */
public enum BinaryForm {
    /** As the text that it is in UTF-8; a client whose bytes are none is told 1003. */
    TEXT,
    /** As base64, with a field that says so. */
    BASE64
}
