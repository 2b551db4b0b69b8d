// SPDX-License-Identifier: Apache-2.0
package example.notes;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application like any other; {@link Relay} is what has it reached through a relay. */
@SpringBootApplication
public class NotesApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(NotesApplication.class, arguments);
    }
}
