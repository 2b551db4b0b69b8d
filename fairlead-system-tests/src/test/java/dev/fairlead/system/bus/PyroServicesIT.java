// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.bus.Address;
import dev.fairlead.bus.BusException;
import dev.fairlead.bus.BusMessage;
import dev.fairlead.bus.Content;
import dev.fairlead.bus.Member;
import dev.fairlead.bus.Membership;
import dev.fairlead.bus.Sender;
import dev.fairlead.bus.pyro.PyroTerms;
import dev.fairlead.testkit.ForeignProgram;
import dev.fairlead.testkit.Patience;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members in Java and services in Python on one Python bus. */
class PyroServicesIT {

    private static final Sender JAVA = new Sender.Service("JavaLab");
    private static final Address CLIENT = new Address("127.0.0.1", 45_806);

    private static Member member(String... types) {
        return new Member("JavaLab", Set.of(types), Member.Reach.ONE_INSTANCE);
    }

    @ParameterizedTest
    @EnumSource
    void whatAPythonServiceAsksIsHeardAndAnswered(PyroTerms.Serializer serializer) throws Exception {
        try (PythonBus python = new PythonBus(serializer)) {
            Ear ear = new Ear();
            Membership java = python.java().join(member("java-request"), ear);
            python.knows("JavaLab");
            ForeignProgram service = python.service("Lab", "lab-request");
            python.knows("Lab");

            service.tells(
                    "put {\"type\": \"java-request\", \"content\": {\"b\": [1, \"zwei\\n'\\\"\u20ac\", null], \"a\": 1.5}}");
            BusMessage asked = ear.next();
            java.publish(asked.answer("java-response", JAVA, Content.ofJson("{\"x\":\"\ud83d\ude00\"}")))
                    .get(10, TimeUnit.SECONDS);

            assertThat(asked.sender()).isEqualTo(new Sender.Service("Lab"));
            assertThat(asked.content().json()).isEqualTo("{\"b\":[1,\"zwei\\n'\\\"\u20ac\",null],\"a\":1.5}");
            service.prints("put True");
            assertThat(service.prints("heard"))
                    .contains(
                            "'type': 'java-response'",
                            "'content': {'x': '\ud83d\ude00'}",
                            "'sender': 'service.JavaLab'");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAskedInJavaAPythonServiceAnswers(PyroTerms.Serializer serializer) throws Exception {
        try (PythonBus python = new PythonBus(serializer)) {
            python.service("Lab", "lab-request");
            python.knows("Lab");
            Ear ear = new Ear();
            Membership java = python.java().join(member(), ear);
            python.knows("JavaLab");

            BusMessage answer = java.request(
                            BusMessage.of("lab-request", JAVA, Content.of(Map.of("n", 70_000))), Patience.LIMIT)
                    .get(10, TimeUnit.SECONDS);

            assertThat(answer.type()).isEqualTo("lab-response");
            assertThat(answer.content().json()).isEqualTo("{\"of\":{\"n\":70000}}");
            assertThat(ear.hasHeard()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServiceAnswersAClientOfAGatewayThroughNetSend(PyroTerms.Serializer serializer) throws Exception {
        try (PythonBus python = new PythonBus(serializer)) {
            ForeignProgram service = python.service("Lab", "lab-greet");
            python.knows("Lab");
            Ear gateway = new Ear();
            Membership java = python.java()
                    .join(new Member("WSServer", Set.of("net-send"), Member.Reach.EVERY_INSTANCE), gateway);
            python.knows("WSServer");

            java.publish(BusMessage.of("lab-greet", new Sender.Client(CLIENT, "uname"), Content.ofJson("[true]")))
                    .get(10, TimeUnit.SECONDS);

            assertThat(service.prints("heard"))
                    .contains("'sender': (('127.0.0.1', 45806), 'uname'), 'pref_dest': None, 'content': [True]");
            Map<String, Object> sent = gateway.next().content().object();
            assertThat(sent.get("response_addrs")).isEqualTo(List.of(List.of("127.0.0.1", 45_806L)));
            assertThat(sent.get("msg")).asString().contains("lab-greet-heard");
        }
    }

    @ParameterizedTest
    @EnumSource
    void addressesReachPythonAsTuples(PyroTerms.Serializer serializer) throws Exception {
        try (PythonBus python = new PythonBus(serializer)) {
            ForeignProgram service = python.service("Lab", "net-send", "client-disconnect", "client-list-response");
            python.knows("Lab");
            Membership java = python.java().join(member(), new Ear());
            python.knows("JavaLab");

            for (BusMessage message : List.of(
                    BusMessage.of(
                            "net-send",
                            JAVA,
                            Content.ofJson(
                                    "{\"response_addrs\":[[\"127.0.0.1\",45806],\"anna\"],\"msg\":[[\"a\",1]]}")),
                    BusMessage.of("client-disconnect", JAVA, Content.of(Map.of("address", CLIENT))),
                    BusMessage.of("client-list-response", JAVA, Content.of(Map.of("client_list", List.of(CLIENT)))))) {
                java.publish(message).get(10, TimeUnit.SECONDS);
            }

            assertThat(service.prints("heard"))
                    .contains("'content': {'response_addrs': (('127.0.0.1', 45806), 'anna'), 'msg': [['a', 1]]}");
            assertThat(service.prints("heard")).contains("'content': {'address': ('127.0.0.1', 45806)}");
            assertThat(service.prints("heard")).contains("'content': {'client_list': [('127.0.0.1', 45806)]}");
        }
    }

    @Test
    void listedClassesBecomeListsAndTheRestOfPythonPlainValues() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.PICKLE)) {
            Ear ear = new Ear();
            python.java().join(member("java-told"), ear);
            python.knows("JavaLab");
            ForeignProgram service = python.service("Lab", "lab-request");

            service.tells("put {\"type\": \"java-told\", \"content\": {\"$python\": \"{'piece': "
                    + "services.piece.Piece('p', 'b', 1, 2), 'cursor': services.cursor.Cursor('p', 3, 4), 'set': {7}, "
                    + "'bytes': b'\\\\x00\\\\xff', 'tuple': (1, (2.5,)), 5: 2 ** 70}\"}}");

            assertThat(ear.next().content().json())
                    .isEqualTo("{\"piece\":[\"p\",\"b\",1,2,null],\"cursor\":[\"p\",3,4],\"set\":[7],\"bytes\":[0,255],"
                            + "\"tuple\":[1,[2.5]],\"5\":1180591620717411303424}");
        }
    }

    @Test
    void aClassThatIsNotListedIsRefusedWithItsName() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.PICKLE)) {
            Ear ear = new Ear();
            python.java().join(member("java-told"), ear);
            python.knows("JavaLab");
            ForeignProgram service = python.service("Lab", "lab-request");

            service.tells("put {\"type\": \"java-told\", \"content\": "
                    + "{\"$python\": \"{'word': services.secret.Secret('x')}\"}}");

            assertThat(python.program().prints("dead"))
                    .contains("Pyro4.errors.SerializeError", "class services.secret.Secret is not listed");
            assertThat(ear.hasHeard()).isFalse();
        }
    }

    @Test
    void aPieceInSerpentIsRefusedByTheBusAsInTheOriginal() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.SERPENT)) {
            ForeignProgram service = python.service("Lab", "lab-request");

            service.tells("put {\"type\": \"java-told\", \"content\": "
                    + "{\"$python\": \"{'piece': services.piece.Piece('p', 'b', 1, 2)}\"}}");

            assertThat(service.prints("put")).contains("unsupported serialized class");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheBusRefusesIsRefused(PyroTerms.Serializer serializer) throws Exception {
        try (PythonBus python = new PythonBus(serializer)) {
            Membership java = python.java().join(member(), new Ear());
            python.knows("JavaLab");
            String json = serializer == PyroTerms.Serializer.SERPENT ? "{\"__class__\":\"x.Y\"}" : "1e999";

            assertThatThrownBy(() -> java.publish(BusMessage.of("t", JAVA, Content.ofJson(json)))
                            .get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            BusException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(BusException.Reason.REFUSED));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoggerIsToldWhatWasReceivedAndItsAbsenceHurtsNobody(PyroTerms.Serializer serializer) throws Exception {
        try (PythonBus python = new PythonBus(serializer)) {
            ForeignProgram logger = python.logger();
            Ear ear = new Ear();
            Membership java =
                    PythonBus.there(python.open(python.terms().withLogs(true))).join(member("java-told"), ear);
            python.knows("JavaLab");

            java.publish(BusMessage.of("java-told", JAVA, Content.of("secret"))).get(10, TimeUnit.SECONDS);
            ear.next();
            String line = logger.prints("info service.JavaLab Received message: {'type':'java-told',");
            logger.close();
            for (int i = 0; i < 10; i++) {
                java.publish(BusMessage.of("java-told", JAVA, Content.of(i))).get(10, TimeUnit.SECONDS);
                assertThat(ear.next().content().value()).isEqualTo((long) i);
            }

            assertThat(line).doesNotContain("secret");
        }
    }

    @Test
    void aPeerWithAnotherSerializerIsToldSo() throws Exception {
        try (PythonBus python = new PythonBus(PyroTerms.Serializer.SERPENT);
                var java = dev.fairlead.bus.pyro.PyroBus.open(
                        python.terms().withSerializer(PyroTerms.Serializer.PICKLE))) {
            while (String.valueOf(java.trouble()).contains("has not been asked yet")) {
                Thread.onSpinWait();
            }

            assertThat(java.trouble()).contains("refuses the connection", "serializer that is not accepted: 4");
        }
    }
}
