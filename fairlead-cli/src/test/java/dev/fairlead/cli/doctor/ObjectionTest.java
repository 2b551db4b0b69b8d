// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "101 | Switching Protocols | NONE",
                "200 | OK | NONE",
                "401 | InvalidSignature: The token has an invalid signature | WRONG_KEY",
                "401 | ExpiredToken: The token is expired | EXPIRED",
                "401 | InvalidAudience: The authorization header contains a token with a wrong audience | AUDIENCE",
                "401 | MalformedToken: The token is not a shared access signature | MALFORMED",
                "401 | MissingToken: The request has no token | NO_TOKEN",
                "401 | Unauthorized access. 'Send' claim(s) are required to perform this operation | NO_RIGHT",
                "403 | Unauthorized access. 'Listen' claim(s) are required to perform this operation | NO_RIGHT",
                "401 | Unauthorized | NO_TRUST",
                "403 | Forbidden | FORBIDDEN",
                "403 | QuotaExceeded: The maximum number of listeners is connected to the endpoint | QUOTA",
                "404 | Endpoint does not exist | NO_PATH",
                "404 | There are no listeners connected for the endpoint | NOBODY_LISTENS",
                "502 | There are no listeners connected for the endpoint | NOBODY_LISTENS",
                "503 | Too many senders wait for the connected listeners. | BUSY",
                "504 | None of the connected listeners accepted the connection | LISTENER_SILENT",
                "429 | Too Many Requests | BUSY",
                "418 | I'm a teapot | OTHER",
            })
    void wordsOfRelaysAreUnderstood(int status, String reason, Objection objection) {
        assertThat(Objection.of(new Answer(status, reason, List.of(), ""))).isEqualTo(objection);
    }
}
