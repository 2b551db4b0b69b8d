// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import com.sun.net.httpserver.Headers;
import dev.fairlead.client.http.RelayedHttpRequest;
import dev.fairlead.protocol.http.RelayHeaders;
import java.util.AbstractMap;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What a sender said, and nobody changes. */
final class RequestHeaders extends Headers {

    private static final Set<String> WITH_A_BODY = Set.of("POST", "PUT", "PATCH");

    /** Takes a request's headers, and one more that says how its body comes: relays keep that to themselves. */
    RequestHeaders(RelayedHttpRequest request) {
        request.headers().forEach(this::take);
        OptionalLong length = request.bodyLength();
        if (length.isEmpty()) {
            take("Transfer-Encoding", "chunked");
        } else if (length.getAsLong() > 0 || WITH_A_BODY.contains(request.method())) {
            take("Content-Length", String.valueOf(length.getAsLong()));
        }
    }

    /** A line that could not have come over a connection comes not at all. */
    private void take(String name, String value) {
        if (RelayHeaders.isToken(name) && value.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
            super.put(name, List.of(value));
        }
    }

    private static UnsupportedOperationException unchangeable() {
        return new UnsupportedOperationException("the headers of a request do not change");
    }

    @Override
    public List<String> put(String key, List<String> value) {
        throw unchangeable();
    }

    @Override
    public void putAll(Map<? extends String, ? extends List<String>> t) {
        throw unchangeable();
    }

    @Override
    public void add(String key, String value) {
        throw unchangeable();
    }

    @Override
    public void set(String key, String value) {
        throw unchangeable();
    }

    @Override
    public List<String> remove(Object key) {
        throw unchangeable();
    }

    @Override
    public boolean remove(Object key, @Nullable Object value) {
        throw unchangeable();
    }

    @Override
    public void clear() {
        throw unchangeable();
    }

    @Override
    public void replaceAll(BiFunction<? super String, ? super List<String>, ? extends List<String>> function) {
        throw unchangeable();
    }

    @Override
    public Set<String> keySet() {
        return Collections.unmodifiableSet(super.keySet());
    }

    @Override
    public Collection<List<String>> values() {
        return Collections.unmodifiableCollection(super.values());
    }

    @Override
    public Set<Map.Entry<String, List<String>>> entrySet() {
        // entries of an unmodifiable map refuse setValue, too
        return Collections.unmodifiableMap(new EntriesOf(super.entrySet())).entrySet();
    }

    /** A map of entries that are there, so that they can be given out unchangeable. */
    private static final class EntriesOf extends AbstractMap<String, List<String>> {
        private final Set<Map.Entry<String, List<String>>> entries;

        EntriesOf(Set<Map.Entry<String, List<String>>> entries) {
            this.entries = entries;
        }

        @Override
        public Set<Map.Entry<String, List<String>>> entrySet() {
            return entries;
        }
    }
}
