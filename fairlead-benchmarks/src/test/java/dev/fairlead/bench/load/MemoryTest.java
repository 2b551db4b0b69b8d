// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryTest {

    @Test
    void classesAreNoPartOfTheHeap() {
        assertThat(Memory.heapUsed("""
                4242:
                 garbage-first heap   total reserved 6291456K, committed 40960K, used 2048K [0x00, 0x00)
                  region size 2048K, 1 young (2048K), 0 survivors (0K)
                 Metaspace       used 13000K, committed 13312K, reserved 1114112K
                  class space    used 1300K, committed 1472K, reserved 1048576K
                """)).isEqualTo(2L << 20);
    }

    @Test
    void generationsAreAddedUp() {
        assertThat(Memory.heapUsed("""
                 DefNew     total 9216K, used 1024K [0x00, 0x00, 0x00)
                 Tenured    total 10240K, used 3072K [0x00, 0x00, 0x00)
                 Metaspace       used 13000K, committed 13312K, reserved 1114112K
                """)).isEqualTo(4L << 20);
    }

    @Test
    void processThatIsGoneHoldsNothing() {
        assertThat(Memory.residentOf("Name:\tx\nVmRSS:\t     512 kB\nRssAnon:\t 1 kB\n"))
                .isEqualTo(512 << 10);
        assertThat(Memory.residentOf("")).isZero();
    }
}
