// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.http;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a callback's address says.
 *
 * @param path without the query, as on the request line
 * @param steps what stands behind {@code /socket}, between slashes, decoded; a slash at the end is none
 * @param query the last value of each name, decoded
 */
record CallbackTarget(String path, List<String> steps, Map<String, String> query) {

    private static final int SOCKET_STEPS = 2;

    /** {@return the address; null for one that is not well-formed} */
    static @Nullable CallbackTarget parse(String target) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        List<String> steps = new ArrayList<>();
        String[] written = bare.split("/", -1);
        for (String step : Arrays.asList(written).subList(Math.min(SOCKET_STEPS, written.length), written.length)) {
            String decoded = decoded(step, false);
            if (decoded == null) {
                return null;
            }
            steps.add(decoded);
        }
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : (mark < 0 ? "" : target.substring(mark + 1)).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1), true);
            if (name == null || value == null) {
                return null;
            }
            query.put(name, value);
        }
        return new CallbackTarget(path, steps, query);
    }

    /** {@return whether the steps are as many as these, and the same but for those that are {@code *}} */
    boolean is(String... pattern) {
        if (steps.size() != pattern.length) {
            return false;
        }
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].equals("*") ? steps.get(i).isEmpty() : !pattern[i].equals(steps.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String decoded(String text, boolean form) {
        if (text.indexOf('%') < 0 && (!form || text.indexOf('+') < 0)) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else if (c >= 0x80) {
                return null; // nothing but ASCII stands in an address
            } else {
                bytes.write(form && c == '+' ? ' ' : c);
            }
        }
        return HttpBackend.utf8(bytes.toByteArray());
    }
}
