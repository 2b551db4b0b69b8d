// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTest {

    private final Results results = new SampleResults()
            .load("64Bx1x1", Candidate.CRELAY, 1, 1)
            .load("64Bx1x1", Candidate.FAIRLEAD, 1.1, 1)
            .load("1KiBx1x1", Candidate.FAIRLEAD, 1.1, 1)
            .load("64Bx1x1", Candidate.NODE, 5.5, 1)
            .load("64Bx1x16", Candidate.FAIRLEAD, 2.2, 1)
            .results();

    @Test
    void barsAreAsLongAsTheirRatios() throws Exception {
        List<Element> bars = elements("rect");

        assertThat(bars).hasSize(3);
        assertThat(bars).extracting(bar -> bar.getAttribute("class")).containsExactly("fairlead", "other", "fairlead");
        assertThat(width(bars.get(1))).isEqualTo(510);
        assertThat(width(bars.get(0))).isEqualTo(102);
        assertThat(width(bars.get(2))).isEqualTo(204);
    }

    @Test
    void everyBarSaysWhoseItIsAndHowLong() throws Exception {
        assertThat(elements("text"))
                .extracting(Element::getTextContent)
                .contains(
                        "Fairlead",
                        "1.10",
                        "Node ws relay",
                        "5.50",
                        "2.20",
                        "one message at a time",
                        "16 messages under way");
    }

    @Test
    void lineOfTheReferenceStandsAtOne() throws Exception {
        Element line = elements("line").getFirst();

        double left = Double.parseDouble(elements("rect").getFirst().getAttribute("x"));
        assertThat(Double.parseDouble(line.getAttribute("x1"))).isEqualTo(left + 92.7);
    }

    @Test
    void darkModeHasColoursOfItsOwn() {
        assertThat(Chart.of(results)).contains("@media (prefers-color-scheme: dark)");
    }

    @Test
    void resultsWithoutLoadHaveNoChart() {
        assertThatIllegalArgumentException().isThrownBy(() -> Chart.of(new SampleResults().results()));
    }

    private static double width(Element bar) {
        return Double.parseDouble(bar.getAttribute("width"));
    }

    private List<Element> elements(String name) throws Exception {
        NodeList found = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Chart.of(results).getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }
}
