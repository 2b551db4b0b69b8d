// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateNamesTest {

    private final CertificateNames names =
            new CertificateNames(List.of("relay.test", "*.two.test"), List.of("127.0.0.1", "0:0:0:0:0:0:0:1"));

    @ParameterizedTest
    @CsvSource({
        "relay.test, true",
        "RELAY.test, true",
        "a.relay.test, false",
        "a.two.test, true",
        "a.b.two.test, false",
        "two.test, false",
        "127.0.0.1, true",
        "127.0.0.2, false",
        "::1, true"
    })
    void starStandsForOneLabelAndAnAddressForItself(String host, boolean fits) {
        assertThat(names.fit(host)).isEqualTo(fits);
    }

    @Test
    void commonNameIsFoundInItsDistinguishedName() {
        assertThat(CertificateNames.commonName("O=Harbour,CN=relay.test,C=FI")).isEqualTo("relay.test");
        assertThat(CertificateNames.commonName("O=Harbour")).isEqualTo("O=Harbour");
    }
}
