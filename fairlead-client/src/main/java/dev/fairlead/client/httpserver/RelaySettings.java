// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.client.httpserver;

import dev.fairlead.client.RelayListener;
import dev.fairlead.protocol.token.ConnectionString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the JVM was told of a relay, for a program that says nothing itself. */
final class RelaySettings {

    static final String CONNECTION_STRING = "dev.fairlead.connectionString";
    static final String PATH = "dev.fairlead.path";
    static final String VARIABLE = "FAIRLEAD_CONNECTION_STRING";

    private final Function<String, @Nullable String> properties;
    private final Function<String, @Nullable String> environment;

    RelaySettings(Function<String, @Nullable String> properties, Function<String, @Nullable String> environment) {
        this.properties = properties;
        this.environment = environment;
    }

    /**
     * {@return a builder for the server that a program wants on a port}
     *
     * @throws IOException if something is missing, all of which is named, or cannot be used
     */
    RelayListener.Builder at(int port) throws IOException {
        String told = first(properties.apply(CONNECTION_STRING), environment.apply(VARIABLE));
        String path = first(properties.apply(PATH + "." + port), properties.apply(PATH));
        List<String> missing = new ArrayList<>();
        if (told == null) {
            missing.add("a connection string (expected: the system property " + CONNECTION_STRING + ", or " + VARIABLE
                    + " in the environment, each with the string or @FILE)");
        }
        ConnectionString relay = told == null ? null : ConnectionString.parse(read(told));
        if (path == null && (relay == null || relay.entityPath().isEmpty())) {
            missing.add("a hybrid connection (expected: the system property " + PATH
                    + ", or EntityPath in the connection string)");
        }
        if (relay == null || !missing.isEmpty()) {
            throw new IOException("the relayed HttpServer lacks " + String.join("; and ", missing));
        }
        RelayListener.Builder builder = RelayListener.builder(relay);
        return path == null ? builder : builder.path(path);
    }

    private static @Nullable String first(@Nullable String wanted, @Nullable String instead) {
        return wanted != null && !wanted.isBlank()
                ? wanted.strip()
                : instead != null && !instead.isBlank() ? instead.strip() : null;
    }

    /** A secret on a command line is seen by all users of a machine; one in a file need not be. */
    private static String read(String told) throws IOException {
        if (!told.startsWith("@")) {
            return told;
        }
        String file = told.substring(1);
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new IOException("connection string: no file " + file + " (expected: one that holds it)", e);
        }
    }
}
