// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

/** A topic pattern of AMQP: words joined by dots, {@code *} for one word, {@code #} for any number of them. */
final class TopicPattern {

    private final String text;
    private final String[] words;

    TopicPattern(String text) {
        this.text = text;
        this.words = text.split("\\.", -1);
    }

    String text() {
        return text;
    }

    boolean matches(String topic) {
        return matches(0, topic.split("\\.", -1), 0);
    }

    private boolean matches(int word, String[] topic, int at) {
        if (word == words.length) {
            return at == topic.length;
        }
        if (words[word].equals("#")) {
            for (int next = at; next <= topic.length; next++) {
                if (matches(word + 1, topic, next)) {
                    return true;
                }
            }
            return false;
        }
        return at < topic.length
                && (words[word].equals("*") || words[word].equals(topic[at]))
                && matches(word + 1, topic, at + 1);
    }
}
