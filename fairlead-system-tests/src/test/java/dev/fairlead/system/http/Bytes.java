// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

/** Bodies that show when a part of them is lost, doubled or moved. */
final class Bytes {

    private Bytes() {}

    /** {@return so many bytes that repeat themselves after 251} */
    static byte[] of(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }
}
