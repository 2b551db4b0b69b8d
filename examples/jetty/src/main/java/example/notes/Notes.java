// SPDX-License-Identifier: Apache-2.0
package example.notes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Keeps notes: all of them at {@code GET notes}, one more by {@code POST notes}, each as it comes at {@code notes/stream}. */
class Notes extends Handler.Abstract {

    /** How long a reader of the stream hears nothing at most: a write is what shows that the reader has left. */
    private static final long SILENCE_MS = 15_000;

    private final List<String> notes = new ArrayList<>();

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        switch (request.getMethod() + " " + Request.getPathInContext(request)) {
            case "GET /notes" -> {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
                Content.Sink.write(response, true, String.join("\n", since(0)), callback);
            }
            case "POST /notes" -> {
                add(Content.Source.asString(request, StandardCharsets.UTF_8));
                response.setStatus(HttpStatus.CREATED_201);
                callback.succeeded();
            }
            case "GET /notes/stream" -> {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
                response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
                stream(response);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Writes what was noted and what is noted later, until the reader leaves. */
    private void stream(Response response) throws IOException, InterruptedException {
        for (int read = 0; ; ) {
            List<String> next = after(read);
            read += next.size();
            StringBuilder events = new StringBuilder(next.isEmpty() ? ": nothing new\n\n" : "");
            for (String note : next) {
                note.lines().forEach(line -> events.append("data: ").append(line).append('\n'));
                events.append('\n');
            }
            Content.Sink.write(response, false, ByteBuffer.wrap(events.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    private synchronized void add(String note) {
        notes.add(note);
        notifyAll();
    }

    private synchronized List<String> since(int from) {
        return List.copyOf(notes.subList(from, notes.size()));
    }

    /** The notes from this one on; none after a long silence. */
    private synchronized List<String> after(int read) throws InterruptedException {
        if (notes.size() == read) {
            wait(SILENCE_MS);
        }
        return since(read);
    }
}
