// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplyTest {

    @Test
    void replyIsWrittenAsItWasTold() {
        Reply reply = Reply.of(200)
                .saying("a \"word\"")
                .with("X-One", "a\\b")
                .withRaw("X-Two", "[1,2]")
                .body("x");

        assertThat(reply.json("an id"))
                .isEqualTo("{\"response\":{\"statusCode\":200,\"statusDescription\":\"a \\\"word\\\"\",\"body\":true,"
                        + "\"requestId\":\"an id\",\"responseHeaders\":{\"X-One\":\"a\\\\b\",\"X-Two\":[1,2]}}}");
    }

    @Test
    void memberMayBeAnything() {
        assertThat(Reply.of(200)
                        .member("statusCode", "\"200\"")
                        .member("requestId", "null")
                        .json("an id"))
                .isEqualTo("{\"response\":{\"statusCode\":\"200\",\"requestId\":null}}");
    }
}
