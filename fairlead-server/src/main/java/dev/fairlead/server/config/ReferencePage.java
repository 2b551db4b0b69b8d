// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.config;

import dev.fairlead.server.settings.Key;
import dev.fairlead.server.settings.Overrides;
import dev.fairlead.server.settings.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The manual of every key, in Markdown, made from the sections' own declarations. */
public final class ReferencePage {

    private static final String HEAD = """
            # Configuration

            This page is what `fairlead config reference` prints: it is made from the server's own declarations.

            The configuration is one YAML file, named by `fairlead serve -c FILE`. `fairlead config check -c FILE` tells
            everything that is wrong with it at once; `fairlead config show -c FILE` prints what holds, and where each
            value comes from. Without a file the server starts with the defaults below, a hybrid connection for each
            path that somebody listens on, a second port, `localhost:9443`, that speaks TLS with a certificate of a
            development CA, and one key, `RootManageSharedAccessKey`, with all rights. Certificate and key are made once
            and kept under `dataDirectory` for its owner alone.

            - Durations read `500ms`, `30s`, `5m`, `1h30m`; sizes read `512B`, `64KiB`, `4MiB`.
            - `${env:NAME}` and `${file:PATH}` inside a value stand for a variable and for a file's text, without the
              white space at its ends.
            - Relative paths start where the server was started.
            - `--set relay.acceptTimeout=10s` wins over the environment (`FAIRLEAD_RELAY_ACCEPT_TIMEOUT=10s`), that over
              the file, that over the default. Entries of lists are named by index, from 0: `listen.0.address`,
              `FAIRLEAD_LISTEN_0_ADDRESS`; the index after the last adds an entry. A list of plain values can also be
              given whole, with commas.
            - Unknown and doubled keys are refused, and so are keys of parts that come with a later version. A
              `FAIRLEAD_` variable that fits no key is warned of.

            `SIGHUP` makes `fairlead serve -c FILE` read the file again (and each `${file:PATH}`), with the same `--set` options and
            the same environment. If anything is wrong with it, everything stays as it was: the log tells every problem with
            its line and key, and the meter `fairlead_config_stale` is 1 until a file that can be used is read. Else each
            changed key holds at once or after a restart, as the last column below says; of the latter the log warns.

            - Listeners, senders and joined pairs notice nothing of it, with two exceptions. A hybrid connection that is removed
              sends its listeners away with close code 1001, and they and its senders hear 404 from then on (with
              `relay.createOnListen`, the listeners make it anew). A control channel whose key is gone, or may not listen any
              more, is closed with 1008 at once, without `relay.tokenGrace`. Pairs that are joined stay in both cases.
            - Listeners that are too many for a smaller `maxListeners` stay. A hybrid connection that came to be with a listener
              stays, too, and has what the file says of it as soon as the file names it.
            - The files of `tls` are looked at all the time and need no signal.
            - A server that was started without a file has nothing to read again: the signal, which a closed terminal sends,
              ends it as SIGTERM does. Under `nohup` it is not heard.
            """;

    private ReferencePage() {}

    /** {@return the page, ending with a new line} */
    public static String markdown() {
        Map<String, List<Key>> sections = new LinkedHashMap<>();
        Map<String, Key> heads = new LinkedHashMap<>();
        sections.put("", new ArrayList<>());
        for (Key key : Reading.keys(ServerConfig::read)) {
            sections.computeIfAbsent(parent(key), _ -> new ArrayList<>()).add(key);
            if (key.shape() == Key.Shape.SECTION || key.shape() == Key.Shape.SECTIONS) {
                String inner = key.shape() == Key.Shape.SECTION ? key.path() : key.path() + "." + Key.INDEX;
                heads.put(inner, key);
                sections.put(inner, new ArrayList<>());
            }
        }
        StringBuilder page = new StringBuilder(HEAD);
        sections.forEach((path, keys) -> page.append(section(path, heads.get(path), keys)));
        return page.toString();
    }

    private static String section(String path, @Nullable Key head, List<Key> keys) {
        StringBuilder text = new StringBuilder();
        text.append("\n## ")
                .append(head == null ? "The topmost keys" : "`" + path + "`")
                .append("\n\n");
        if (head != null) {
            text.append(sentence(head.meaning())).append("\n\n");
        }
        text.append("| key | sets | may be | default | a change holds |\n| --- | --- | --- | --- | --- |\n");
        for (Key key : keys) {
            text.append("| `").append(name(key)).append("` | ");
            text.append(cell(key.meaning())).append(" | ").append(allowed(key)).append(" | ");
            text.append(fallback(key)).append(" | ").append(effect(key)).append(" |\n");
        }
        List<String> variables = keys.stream()
                .filter(key -> key.shape() == Key.Shape.VALUE || key.shape() == Key.Shape.VALUES)
                .map(key -> "`" + Overrides.variable(key.path()) + "`")
                .toList();
        if (!variables.isEmpty()) {
            text.append("\nIn the environment: ")
                    .append(String.join(", ", variables))
                    .append(".\n");
        }
        return text.toString();
    }

    private static String parent(Key key) {
        int dot = key.path().lastIndexOf('.');
        return dot < 0 ? "" : key.path().substring(0, dot);
    }

    private static String name(Key key) {
        return key.path().substring(key.path().lastIndexOf('.') + 1);
    }

    private static String allowed(Key key) {
        return switch (key.shape()) {
            case VALUE, VALUES -> cell(key.allowed());
            case SECTION -> "a section, below";
            case SECTIONS -> "a list, below";
        };
    }

    private static String fallback(Key key) {
        if (key.shape() == Key.Shape.SECTION && key.fallback().isEmpty()) {
            return "each key's own";
        }
        if (key.fallback().isEmpty()) {
            return "none: it must be given";
        }
        return key.fallback().startsWith("unset: ") ? cell(key.fallback()) : "`" + key.fallback() + "`";
    }

    private static String effect(Key key) {
        if (key.shape() == Key.Shape.SECTION) {
            return "each key's own";
        }
        return key.live() ? "at once" : "after a restart";
    }

    private static String sentence(String meaning) {
        return Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1) + ".";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
