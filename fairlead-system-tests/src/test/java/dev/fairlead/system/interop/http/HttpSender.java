// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.http;

import java.util.List;

/** A foreign sender of plain HTTP, which may ask much at once. */
interface HttpSender extends AutoCloseable {

    /**
     * Asks everything at once.
     *
     * @return for each question, in order, what came: {@code STATUS LENGTH HASH}, or {@code failed} and why
     */
    List<String> asks(List<Question> questions);

    /** {@return what came of one question} */
    default String asks(Question question) {
        return asks(List.of(question)).getFirst();
    }

    @Override
    void close();
}
