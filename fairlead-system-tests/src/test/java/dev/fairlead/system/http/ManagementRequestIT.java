// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.server.security.Right;
import dev.fairlead.testkit.Answer;
import dev.fairlead.testkit.Asked;
import dev.fairlead.testkit.HttpSenderDriver;
import dev.fairlead.testkit.ListenerDriver;
import dev.fairlead.testkit.RelayUnderTest;
import java.io.ByteArrayInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What the .NET client asks for by {@code GetRuntimeInformationAsync}. */
@ExtendWith(RelayUnderTest.Extension.class)
class ManagementRequestIT {

    private static final String ATOM = "http://www.w3.org/2005/Atom";
    private static final String CONNECT = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";

    private RelayUnderTest relay;
    private ListenerDriver listener;

    @BeforeEach
    void listen(RelayUnderTest prepared) {
        relay = prepared.knows("path: open, senderAuthorization: anonymous");
        listener = relay.listener("orders").online();
    }

    private HttpSenderDriver asks(String path, String query, String token) {
        return relay.http(path)
                .withoutToken()
                .asks(
                        "GET",
                        query,
                        head -> head.with("X-PROCESS-AT", "ServiceBus").with("Authorization", token));
    }

    private static Element description(Answer answer) throws Exception {
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.header("Content-Type").orElse("").replace(" ", ""))
                .isEqualTo("application/atom+xml;type=entry;charset=utf-8");
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(answer.body()));
        Element entry = document.getDocumentElement();
        assertThat(entry.getNamespaceURI()).isEqualTo(ATOM);
        assertThat(entry.getLocalName()).isEqualTo("entry");
        NodeList found = entry.getElementsByTagNameNS(CONNECT, "HybridConnectionDescription");
        assertThat(found.getLength()).isOne();
        Element description = (Element) found.item(0);
        assertThat(((Element) description.getParentNode()).getLocalName()).isEqualTo("content");
        assertThat(((Element) description.getParentNode()).getAttribute("type")).isEqualTo("application/xml");
        return description;
    }

    private static String text(Element description, String name) {
        NodeList found = description.getElementsByTagNameNS(CONNECT, name);
        assertThat(found.getLength()).as(name).isOne();
        return found.item(0).getTextContent();
    }

    @Test
    void hybridConnectionIsDescribed() throws Exception {
        relay.listener("orders").online();

        Element description = description(asks("Orders", "?api-version=2016-07", relay.token("", Right.MANAGE))
                .isAnswered());

        assertThat(text(description, "ListenerCount")).isEqualTo("2");
        assertThat(text(description, "RequiresClientAuthorization")).isEqualTo("true");
        assertThat(text(description, "CreatedAt")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*Z");
        listener.isNotOffered();
    }

    /** It is read by a contract that wants the elements in its order. */
    @Test
    void elementsStandInTheOrderOfTheContract() throws Exception {
        String text = asks("orders", "?api-version=2016-07", relay.token("", Right.MANAGE))
                .isAnswered()
                .text();

        assertThat(text)
                .containsSubsequence("<CreatedAt>", "<UpdatedAt>", "<RequiresClientAuthorization>", "<ListenerCount>");
    }

    @Test
    void anonymousOneWithoutListenersIsDescribedAsSuch() throws Exception {
        Element description =
                description(asks("open", "", relay.token("open", Right.MANAGE)).isAnswered());

        assertThat(text(description, "RequiresClientAuthorization")).isEqualTo("false");
        assertThat(text(description, "ListenerCount")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?api-version=2016-07", "?a=b&api-version=2016-07", "??a=b&api-version=2016-07"})
    void addressMayHaveAQueryOfItsOwn(String query) throws Exception {
        assertThat(text(
                        description(asks("orders", query, relay.token("", Right.MANAGE))
                                .isAnswered()),
                        "ListenerCount"))
                .isEqualTo("1");
    }

    @Test
    void headerThatTellsItCountsInAnyCase() throws Exception {
        HttpSenderDriver sender = relay.http("orders")
                .withoutToken()
                .asks(
                        "GET",
                        "/",
                        head -> head.with("x-process-at", "servicebus")
                                .with("Authorization", relay.token("", Right.MANAGE)));

        assertThat(text(description(sender.isAnswered()), "ListenerCount")).isEqualTo("1");
    }

    @Test
    void unknownOneIsNotThere() {
        assertThat(asks("nowhere", "", relay.token("", Right.MANAGE))
                        .isAnswered()
                        .status())
                .isEqualTo(404);
    }

    @Test
    void tokenIsNeededAndItsRight() {
        assertThat(asks("orders", "", "nonsense").isAnswered().status()).isEqualTo(401);
        assertThat(asks("orders", "", relay.token("", Right.SEND)).isAnswered().status())
                .isIn(401, 403);
        assertThat(asks("open", "", "nonsense").isAnswered().status()).isEqualTo(401);
        listener.isNotOffered();
    }

    /** The client shows the detail; where there is none, the reason phrase. */
    @Test
    void errorsAreToldInTheFormOfManagement() {
        assertThat(asks("nowhere", "", relay.token("", Right.MANAGE))
                        .isAnswered()
                        .text())
                .contains("<Error><Code>404</Code><Detail>Endpoint does not exist")
                .contains("TrackingId:");
        assertThat(asks("orders", "", "nonsense").isAnswered().text()).contains("<Error><Code>401</Code><Detail>");
    }

    /** The version in the query alone is the application's. */
    @Test
    void requestWithoutTheHeaderIsTheListeners() {
        HttpSenderDriver sender = relay.http("orders").gets("?api-version=2016-07");

        Asked asked = listener.isAsked();

        assertThat(asked.target()).isEqualTo("/orders?api-version=2016-07");
        asked.answers(200, "mine");
        sender.isAnsweredWith(200, "mine");
    }
}
