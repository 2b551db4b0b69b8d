// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HybridPathTest {

    @ParameterizedTest
    @CsvSource({
        "hyco, hyco",
        "/hyco/, hyco",
        "hyco//a///b/, hyco/a/b",
        "a%2Fb, a/b",
        "a%20b, a b",
        "a+b, a+b",
        "%68yco, hyco",
        "100%2525, 100%25",
        "gr%C3%BC%C3%9Fe, grüße",
        "grüße, grüße",
        "...a/.b, ...a/.b",
        "'', ''",
        "///, ''",
    })
    void encodedPathIsDecodedOnceAndItsSlashesAreCollapsed(String encoded, String spelled) {
        assertThat(HybridPath.ofEncoded(encoded).spelled()).isEqualTo(spelled);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/../b",
                "..",
                "a/.",
                "./a",
                "%2e%2e/a",
                "a/%2E%2e",
                "a%2f..%2fb",
                "a%00",
                "%00",
                "a%0d%0ab",
                "a\u0007b",
                "a%7F",
                "%",
                "a%2",
                "a%zz",
                "%-1",
                "%C3",
                "%ff",
                "%ED%A0%80",
                "%C0%AF",
                "\ud800",
                "a\udc00b",
                "%C2%85",
            })
    void pathThatCouldMeanSomethingElseIsRefused(String encoded) {
        assertThatThrownBy(() -> HybridPath.ofEncoded(encoded))
                .isInstanceOf(InvalidAddress.class)
                .hasMessageStartingWith("The path has ")
                .satisfies(refusal -> assertThat(refusal.getStackTrace()).isEmpty());
    }

    @Test
    void plainNameIsNotDecoded() {
        assertThat(HybridPath.of("100%/a+b").spelled()).isEqualTo("100%/a+b");
        assertThat(HybridPath.of("100%/a b").encoded()).isEqualTo("100%25/a%20b");
    }

    @Test
    void letterCaseMakesNoDifferenceAndIsKept() {
        assertThat(HybridPath.of("Orders/EU"))
                .isEqualTo(HybridPath.of("oRDERS/eu"))
                .hasSameHashCodeAs(HybridPath.of("orders/eu"));
        assertThat(HybridPath.of("Orders/EU")).hasToString("Orders/EU");
        assertThat(HybridPath.of("ΟΔΟΣ")).isEqualTo(HybridPath.of("οδος")).isEqualTo(HybridPath.of("οδοσ"));
        assertThat(HybridPath.of("orders")).isNotEqualTo(HybridPath.of("order"));
    }

    @Test
    void localeOfTheMachineMakesNoDifference() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(HybridPath.of("TITLE")).isEqualTo(HybridPath.of("title"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "A, a/b, true",
        "a/b, a/B/c, true",
        "a, ab, false",
        "a/b, a, false",
        "'', a, true",
        "'', '', true",
        "a, '', false",
        "İ, i̇/x, false",
    })
    void onlyWholeSegmentsMakeAPrefix(String prefix, String path, boolean expected) {
        assertThat(HybridPath.of(prefix).isWholeSegmentPrefixOf(HybridPath.of(path)))
                .isEqualTo(expected);
    }

    @Test
    void prefixesComeFromTheLongestToTheShortest() {
        assertThat(HybridPath.of("A/b/C").prefixes())
                .containsExactly(HybridPath.of("a/b/c"), HybridPath.of("a/b"), HybridPath.of("a"));
        assertThat(HybridPath.of("A/b/C").prefixes())
                .extracting(HybridPath::spelled)
                .containsExactly("A/b/C", "A/b", "A");
        assertThat(HybridPath.of("A/b/C").prefixes().get(1).segments()).containsExactly("A", "b");
        assertThat(HybridPath.EMPTY.prefixes()).isEmpty();
    }

    @Test
    void hostileDepthCostsNoMoreThanTheLongestName() {
        assertThat(HybridPath.of("a/".repeat(100_000)).prefixes()).hasSize(130);
        assertThat(HybridPath.of("a".repeat(261)).prefixes()).isEmpty();
        assertThat(HybridPath.of("a".repeat(260) + "/b").prefixes()).hasSize(1);
    }

    @Test
    void whatStandsBelowIsTold() {
        HybridPath request = HybridPath.of("Name/Terminals/7");

        assertThat(request.below(HybridPath.of("name"))).isEqualTo("Terminals/7");
        assertThat(request.below(request)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> request.below(HybridPath.of("other")));
    }

    @Test
    void pathOfAUrlMayBeginWithTheRelaysPrefix() {
        assertThat(HybridPath.ofUrlPath("/$hc/a/b")).isEqualTo(HybridPath.of("a/b"));
        assertThat(HybridPath.ofUrlPath("/%24HC/a")).isEqualTo(HybridPath.of("a"));
        assertThat(HybridPath.ofUrlPath("//a/$hc/")).isEqualTo(HybridPath.of("a/$hc"));
        assertThat(HybridPath.ofUrlPath("/$hc")).isEqualTo(HybridPath.EMPTY);
    }

    @Test
    void whateverCanBeNamedIsEncodedAndReadBack() {
        Random random = new Random(3);
        for (int i = 0; i < 3_000; i++) {
            StringBuilder name = new StringBuilder("x");
            for (int c = random.nextInt(12); c > 0; c--) {
                name.appendCodePoint(" %/+?#&=;$.aZ\\é€😀".codePoints().toArray()[random.nextInt(17)]);
            }
            HybridPath path;
            try {
                path = HybridPath.of(name.toString());
            } catch (InvalidAddress dots) {
                continue;
            }

            assertThat(HybridPath.ofEncoded(path.encoded()).spelled()).isEqualTo(path.spelled());
            assertThat(path.encoded()).doesNotContain("?", "#", " ");
            assertThat(path.prefixes())
                    .allSatisfy(prefix ->
                            assertThat(prefix.isWholeSegmentPrefixOf(path)).isTrue());
            assertThat(path.prefixes())
                    .allSatisfy(prefix -> assertThat(prefix).isEqualTo(HybridPath.of(prefix.spelled())));
        }
    }

    @Test
    void segmentsCannotBeChanged() {
        List<String> segments = HybridPath.of("a/b").segments();

        assertThatThrownBy(() -> segments.set(0, "..")).isInstanceOf(UnsupportedOperationException.class);
    }
}
