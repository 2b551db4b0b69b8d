// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the command line may know of the server (docs/decisions, 0007), and the SDK of it (nothing). */
@AnalyzeClasses(packages = "dev.fairlead", importOptions = DoNotIncludeTests.class)
class HouseTest {

    @ArchTest
    static final ArchRule theCommandLineKnowsTheCrownAndTheConfiguration = noClasses()
            .that()
            .resideInAPackage("dev.fairlead.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.fairlead.server.edge..",
                    "dev.fairlead.server.relay..",
                    "dev.fairlead.server.management..",
                    "dev.fairlead.server.connection..")
            .because("it asks a running server over the network, like anyone else");

    @ArchTest
    static final ArchRule theSdkAndTheServerNeverMeet = noClasses()
            .that()
            .resideInAPackage("dev.fairlead.client..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.fairlead.server..", "io.netty..", "org.slf4j..")
            .allowEmptyShould(true)
            .because("the SDK goes into other people's programs, and brings nothing along");

    @ArchTest
    static final ArchRule theMeshLibraryStandsAlone = noClasses()
            .that()
            .resideInAPackage("dev.fairlead.mesh..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.fairlead.server..", "dev.fairlead.client..", "dev.fairlead.cli..", "io.netty..")
            .because("it goes into other people's services");

    @ArchTest
    static final ArchRule theBusStandsAlone = noClasses()
            .that()
            .resideInAPackage("dev.fairlead.bus..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.fairlead.server..", "dev.fairlead.client..", "dev.fairlead.cli..", "io.netty..")
            .allowEmptyShould(true)
            .because("it goes into other people's services");

    @ArchTest
    static final ArchRule busesDoNotKnowEachOther = noClasses()
            .that()
            .resideInAnyPackage("dev.fairlead.bus", "dev.fairlead.bus.member..", "dev.fairlead.bus.service..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nats..", "dev.fairlead.bus.nats..", "dev.fairlead.bus.embedded..")
            .allowEmptyShould(true)
            .because("services and the gateway know the port alone");

    @ArchTest
    static final ArchRule theWireOfTheMeshKnowsNoBroker = noClasses()
            .that()
            .resideInAPackage("dev.fairlead.mesh.wire..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.rabbitmq..", "dev.fairlead.mesh")
            .because("the gateway and the tests share it without a connection");
}
