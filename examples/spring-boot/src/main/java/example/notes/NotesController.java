// SPDX-License-Identifier: Apache-2.0
package example.notes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** Keeps notes: all of them at {@code GET notes}, one more by {@code POST notes}, each as it comes at {@code notes/stream}. */
@RestController
@RequestMapping("/notes")
class NotesController {

    private final List<String> notes = new ArrayList<>();
    private final List<SseEmitter> readers = new ArrayList<>();

    @GetMapping
    synchronized List<String> all() {
        return List.copyOf(notes);
    }

    @GetMapping("/{number}")
    synchronized ResponseEntity<String> one(@PathVariable int number) {
        return number < 1 || number > notes.size()
                ? ResponseEntity.notFound().build()
                : ResponseEntity.ok(notes.get(number - 1));
    }

    /** The address in the answer is the one below the relay: see forward-headers-strategy in application.properties. */
    @PostMapping
    synchronized ResponseEntity<Void> add(@RequestBody String note) {
        notes.add(note);
        readers.removeIf(reader -> !sends(reader, note));
        return ResponseEntity.created(ServletUriComponentsBuilder.fromCurrentRequest()
                        .pathSegment(String.valueOf(notes.size()))
                        .build()
                        .toUri())
                .build();
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    synchronized SseEmitter stream() {
        SseEmitter reader = new SseEmitter(0L);
        if (notes.stream().allMatch(note -> sends(reader, note))) {
            readers.add(reader);
        }
        return reader;
    }

    /** False once the reader has left. */
    private static boolean sends(SseEmitter reader, String note) {
        try {
            reader.send(note);
            return true;
        } catch (IOException | IllegalStateException e) {
            return false;
        }
    }
}
