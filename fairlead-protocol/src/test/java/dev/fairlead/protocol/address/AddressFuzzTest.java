// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.protocol.address;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Whatever stands where an address should. */
class AddressFuzzTest {

    private static final String BASE = "ws://relay.test:9400";
    private static final String ID = new UUID(1, 2) + "_" + "G1_2";

    @FuzzTest
    void anyTextIsAnAddressOrIsRefused(byte[] input) {
        isAnAddressOrIsRefused(new String(input, StandardCharsets.UTF_8));
        isAnAddressOrIsRefused(new String(input, StandardCharsets.ISO_8859_1));
    }

    static void isAnAddressOrIsRefused(String text) {
        boolean underRelay = RelayTarget.isUnderRelay(text);
        assertThat(PercentEncoding.decodeForm(PercentEncoding.encodeForm(whole(text))))
                .isEqualTo(whole(text));
        assertThat(PercentEncoding.decodePath(PercentEncoding.encodePath(whole(text))))
                .isEqualTo(whole(text));
        String decoded = PercentEncoding.decodeForm(text);
        assertThat(decoded).hasSizeLessThanOrEqualTo(text.length());
        RelayTarget target;
        try {
            target = RelayTarget.parse(text);
        } catch (InvalidAddress refused) {
            assertThat(refused.getMessage()).hasSizeLessThan(80);
            return;
        }
        assertThat(target.isUnderRelay()).isEqualTo(underRelay);
        target.rejection().ifPresent(AddressFuzzTest::canBeAnswered);
        isSound(target.path());
        leadsBack(target);
        isTheListenersWhole(target);
        applicationsPartStaysTheApplications(target.rawApplicationQuery());
    }

    static void isSound(HybridPath path) {
        assertThat(path.segments())
                .doesNotContain("", ".", "..")
                .allSatisfy(segment -> assertThat(segment.chars().noneMatch(Character::isISOControl))
                        .isTrue());
        assertThat(String.join("/", path.segments())).isEqualTo(path.spelled());
        assertThat(HybridPath.ofEncoded(path.encoded()).spelled()).isEqualTo(path.spelled());
        HybridPath louder = HybridPath.of(capitals(path.spelled()));
        assertThat(louder).isEqualTo(path).hasSameHashCodeAs(path);
        List<HybridPath> prefixes = path.prefixes();
        assertThat(prefixes).hasSizeLessThanOrEqualTo(HybridPath.MAX_NAME_LENGTH / 2);
        for (HybridPath prefix : prefixes) {
            assertThat(prefix.spelled()).hasSizeBetween(1, HybridPath.MAX_NAME_LENGTH);
            assertThat(prefix.isWholeSegmentPrefixOf(path)).isTrue();
            assertThat(HybridPath.of(prefix.spelled() + "/" + path.below(prefix))
                            .spelled())
                    .isEqualTo(path.spelled());
        }
    }

    /** The listener that dials the address comes to the same place, with the same query, and refuses nobody unasked. */
    private static void leadsBack(RelayTarget target) {
        String address = RelayTarget.acceptAddress(BASE, target.rawPath(), target.rawApplicationQuery(), ID);

        RelayTarget dialled = RelayTarget.parse(address);

        assertThat(dialled.isUnderRelay()).isTrue();
        assertThat(dialled.action()).isEqualTo(Action.ACCEPT);
        assertThat(dialled.id()).isEqualTo(ID);
        assertThat(dialled.token()).isNull();
        assertThat(dialled.rawPath()).isEqualTo(target.rawPath());
        assertThat(dialled.path().spelled()).isEqualTo(target.path().spelled());
        assertThat(dialled.rawApplicationQuery()).isEqualTo(target.rawApplicationQuery());
        assertThat(dialled.rejection()).isEmpty();

        Rejection rejection = new Rejection(418, "short & stout + 100 % \u00e4");
        assertThat(RelayTarget.parse(RelayTarget.rejectAddress(address, rejection))
                        .rejection())
                .isEqualTo(Optional.of(rejection));
    }

    /** What a listener sees of a plain HTTP request begins with its own name, and names the same place. */
    private static void isTheListenersWhole(RelayTarget target) {
        for (HybridPath listener : target.path().prefixes()) {
            String seen = target.requestTarget(listener);
            String query = target.rawApplicationQuery();
            assertThat(seen).endsWith(query.isEmpty() ? "" : "?" + query);
            String path = seen.substring(0, seen.length() - (query.isEmpty() ? 0 : query.length() + 1));
            assertThat(path).startsWith("/" + listener.spelled()).doesNotContain("\r", "\n", "\0");
            if (path.indexOf('%') < 0) {
                assertThat(HybridPath.of(path)).isEqualTo(target.path());
            }
        }
    }

    private static void applicationsPartStaysTheApplications(String query) {
        RelayTarget again = RelayTarget.parse("/$hc/x?" + query);

        assertThat(again.rawApplicationQuery()).isEqualTo(query);
        assertThat(again.action()).isEqualTo(Action.CONNECT);
        assertThat(again.id()).isNull();
        assertThat(again.token()).isNull();
        assertThat(again.rejection()).isEmpty();
    }

    private static void canBeAnswered(Rejection rejection) {
        assertThat(rejection.statusCode()).isBetween(100, 999);
        assertThat(rejection.description()).doesNotContain("\r", "\n", "\0");
    }

    private static String capitals(String text) {
        StringBuilder capitals = new StringBuilder();
        text.codePoints().map(Character::toUpperCase).forEach(capitals::appendCodePoint);
        return capitals.toString();
    }

    private static String whole(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
