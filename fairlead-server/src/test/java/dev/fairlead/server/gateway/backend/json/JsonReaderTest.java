// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.gateway.backend.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Python 3.11 says to the same texts: each expectation was taken from its {@code json} module. */
class JsonReaderTest {

    private static Value read(String text) {
        JsonReader in = new JsonReader(text);
        Value value = in.value();
        in.end();
        return value;
    }

    private static String fault(String text) {
        JsonFault fault = catchThrowableOfType(JsonFault.class, () -> read(text));
        assertThat(fault).as("a fault of " + text).isNotNull();
        return fault.type() + ": " + fault.text();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"a\":[1,2 ,{}] ,\"b\":null}|{\"a\": [1, 2, {}], \"b\": null}",
                "[true,false,NaN,-Infinity,Infinity]|[true, false, NaN, -Infinity, Infinity]",
                "[]|[]",
                "\"é😀\\u00e9\\/\\n\\t\"|\"\\u00e9\\ud83d\\ude00\\u00e9/\\n\\t\"",
                "\"\\ud800\"|\"\\ud800\"",
                "\"\u007f\"|\"\\u007f\"",
                "-0|0",
                "-0.0|-0.0",
                "1.10|1.1",
                "1.0|1.0",
                "1e5|100000.0",
                "1E-7|1e-07",
                "0.0001|0.0001",
                "0.00001|1e-05",
                "1e15|1000000000000000.0",
                "1e16|1e+16",
                "1.5e300|1.5e+300",
                "1e400|Infinity",
                "5e-324|5e-324",
                "123456789012345678901234567890|123456789012345678901234567890",
                "100000000000000000000.0|1e+20",
            })
    void whatIsPassedOnIsWrittenAsPythonWritesIt(String text, String written) {
        assertThat(read(text).json()).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({"{}, dict", "[], list", "'\"a\"', str", "1, int", "1.0, float", "1e1, float", "NaN, float", "true, bool"
    })
    void kindsHaveTheNamesOfPython(String text, String kind) {
        assertThat(read(text).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{|Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
                "{\"a\"|Expecting ':' delimiter: line 1 column 5 (char 4)",
                "{\"a\":|Expecting value: line 1 column 6 (char 5)",
                "{\"a\":1|Expecting ',' delimiter: line 1 column 7 (char 6)",
                "{\"a\":1,}|Expecting property name enclosed in double quotes: line 1 column 8 (char 7)",
                "[1,]|Expecting value: line 1 column 4 (char 3)",
                "[1 2]|Expecting ',' delimiter: line 1 column 4 (char 3)",
                "1 2|Extra data: line 1 column 3 (char 2)",
                "nul|Expecting value: line 1 column 1 (char 0)",
                "01|Extra data: line 1 column 2 (char 1)",
                "-|Expecting value: line 1 column 1 (char 0)",
                "\"|Unterminated string starting at: line 1 column 1 (char 0)",
                "\"\\u12\"|Invalid \\uXXXX escape: line 1 column 3 (char 2)",
                "\"\\x\"|Invalid \\escape: line 1 column 2 (char 1)",
                "\"\u0001\"|Invalid control character at: line 1 column 2 (char 1)",
                "\"😀\" x|Extra data: line 1 column 5 (char 4)",
                "\uFEFF1|Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)",
            })
    void faultsAreToldInTheWordsOfPython(String text, String words) {
        assertThat(fault(text)).isEqualTo("JSONDecodeError: " + words);
    }

    @Test
    void placesAreCountedByLines() {
        assertThat(fault("\n[\n1,\n  é]")).isEqualTo("JSONDecodeError: Expecting value: line 4 column 3 (char 8)");
    }

    @Test
    void nestingHasABound() {
        assertThat(read("[".repeat(JsonReader.MAX_DEPTH) + "]".repeat(JsonReader.MAX_DEPTH))
                        .kind())
                .isEqualTo("list");

        assertThat(fault("[".repeat(JsonReader.MAX_DEPTH + 1)))
                .isEqualTo(
                        "RecursionError: maximum recursion depth exceeded while decoding a JSON array from a unicode string");
    }

    @Test
    void wholeNumbersHaveABound() {
        assertThat(read("9".repeat(JsonReader.MAX_DIGITS)).kind()).isEqualTo("int");

        assertThat(fault("9".repeat(JsonReader.MAX_DIGITS + 1)))
                .isEqualTo(
                        "ValueError: Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; "
                                + "use sys.set_int_max_str_digits() to increase the limit");
    }

    @ParameterizedTest
    @CsvSource({
        "7b7d, {}",
        "efbbbf7b7d, {}",
        "fffe7b007d00, {}",
        "feff007b007d, {}",
        "7b007d00, {}",
        "007b007d, {}",
        "fffe00007b0000007d000000, {}",
        "0000007b0000007d, {}",
        "7b0000007d000000, {}",
        "22c3a922, '\"é\"'",
    })
    void encodingOfABinaryMessageIsFound(String bytes, String text) {
        assertThat(SniffedText.of(HexFormat.of().parseHex(bytes))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fffe00|'utf-16-le' codec can't decode byte 0x00 in position 2: truncated data",
                "22ff22|'utf-8' codec can't decode byte 0xff in position 1: invalid start byte",
                "22c322|'utf-8' codec can't decode byte 0xc3 in position 1: invalid continuation byte",
                "22e282|'utf-8' codec can't decode bytes in position 1-2: unexpected end of data",
                "0000007b00110000|'utf-32-be' codec can't decode bytes in position 4-7: code point not in range(0x110000)",
            })
    void bytesThatAreNoTextAreToldInTheWordsOfPython(String bytes, String words) {
        JsonFault fault = catchThrowableOfType(
                JsonFault.class, () -> SniffedText.of(HexFormat.of().parseHex(bytes)));

        assertThat(fault.type() + ": " + fault.text()).isEqualTo("UnicodeDecodeError: " + words);
    }
}
