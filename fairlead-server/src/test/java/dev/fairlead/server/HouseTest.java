// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The plan of the house, held against the code: an arrow that runs up, or a circle, fails the build. */
@AnalyzeClasses(packages = "dev.fairlead", importOptions = DoNotIncludeTests.class)
class HouseTest {

    @ArchTest
    static final ArchRule arrowsRunDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("crown")
            .definedBy("dev.fairlead.server")
            .layer("config")
            .definedBy("dev.fairlead.server.config..")
            .layer("management")
            .definedBy("dev.fairlead.server.management..")
            .layer("relay")
            .definedBy("dev.fairlead.server.relay..")
            .layer("gateway")
            .definedBy("dev.fairlead.server.gateway..")
            .layer("security")
            .definedBy("dev.fairlead.server.security..")
            .layer("edge")
            .definedBy("dev.fairlead.server.edge..")
            .layer("connection")
            .definedBy("dev.fairlead.server.connection..")
            .layer("settings")
            .definedBy("dev.fairlead.server.settings..")
            .layer("protocol")
            .definedBy("dev.fairlead.protocol..")
            .whereLayer("crown")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("config")
            .mayOnlyBeAccessedByLayers("crown")
            .whereLayer("management")
            .mayOnlyAccessLayers("relay", "gateway", "security", "connection", "settings", "protocol")
            .whereLayer("relay")
            .mayOnlyAccessLayers("security", "connection", "settings", "protocol")
            .whereLayer("gateway")
            .mayOnlyAccessLayers("security", "connection", "settings", "protocol")
            .whereLayer("security")
            .mayOnlyAccessLayers("connection", "settings", "protocol")
            .whereLayer("edge")
            .mayOnlyAccessLayers("connection", "settings", "protocol")
            .whereLayer("connection")
            .mayOnlyAccessLayers("protocol")
            .whereLayer("settings")
            .mayNotAccessAnyLayer()
            .whereLayer("protocol")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule noCirclesInTheServer =
            slices().matching("dev.fairlead.server.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noCirclesInTheProtocol =
            slices().matching("dev.fairlead.protocol.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheEdgeTouchesChannels = noClasses()
            .that()
            .resideOutsideOfPackages("dev.fairlead.server.edge..", "dev.fairlead.server")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.handler..")
            .because("the parts speak to peers through server.connection, and are tested without a socket");

    @ArchTest
    static final ArchRule onlyTheMeshKnowsItsBroker = noClasses()
            .that()
            .resideOutsideOfPackages("dev.fairlead.server.gateway.backend.mesh..", "dev.fairlead.mesh..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.rabbitmq..")
            .because("what waits for a broker may do so nowhere else");

    @ArchTest
    static final ArchRule onlyTheBusKnowsWhatCarriesIt = noClasses()
            .that()
            .resideOutsideOfPackages("dev.fairlead.server.gateway.backend.bus..", "dev.fairlead.bus..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.nats..", "net.razorvine..")
            .because("a bus is a bus, whatever carries it");

    @ArchTest
    static final ArchRule theWireNeedsNothing = noClasses()
            .that()
            .resideInAPackage("dev.fairlead.protocol..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "",
                    "dev.fairlead.protocol..",
                    "java..",
                    "javax.crypto..",
                    "org.jspecify..") // arrays have no package
            .because("what goes into other people's programs brings nothing along");
}
