// SPDX-License-Identifier: Apache-2.0
package io.scrubjay;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.HttpMethod;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** The direction of dependencies, as ARCHITECTURE.md draws it: arrows point down only. */
@AnalyzeClasses(packages = "io.scrubjay", importOptions = PackagesTest.WithoutTests.class)
class PackagesTest {
    /** Whatever the tests were compiled into, and by whom: its name is the same. */
    static final class WithoutTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    @ArchTest
    static final ArchRule arrowsPointDown = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("agent")
            .definedBy("io.scrubjay.agent..")
            .layer("gate")
            .definedBy("io.scrubjay.gate..")
            .layer("api")
            .definedBy("io.scrubjay.api..")
            .layer("access")
            .definedBy("io.scrubjay.access..")
            .layer("session")
            .definedBy("io.scrubjay.session..")
            .layer("fetch")
            .definedBy("io.scrubjay.fetch..")
            .layer("ingest")
            .definedBy("io.scrubjay.ingest..")
            .layer("scrub")
            .definedBy("io.scrubjay.scrub..")
            .layer("volume")
            .definedBy("io.scrubjay.volume..")
            .layer("seal")
            .definedBy("io.scrubjay.seal..")
            .layer("image")
            .definedBy("io.scrubjay.image..")
            .layer("flow")
            .definedBy("io.scrubjay.flow..")
            .layer("refusal")
            .definedBy("io.scrubjay.refusal..")
            .layer("source")
            .definedBy("io.scrubjay.source..")
            .layer("manifest")
            .definedBy("io.scrubjay.manifest..")
            .layer("kinds")
            .definedBy("io.scrubjay.engine.file..", "io.scrubjay.engine.memory..", "io.scrubjay.engine.spdk..")
            .layer("engine")
            .definedBy("io.scrubjay.engine")
            .layer("block")
            .definedBy("io.scrubjay.block..")
            .whereLayer("agent")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("gate")
            .mayOnlyBeAccessedByLayers("agent")
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("agent", "gate")
            .whereLayer("access")
            .mayOnlyBeAccessedByLayers("agent", "gate", "api")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("agent", "api")
            .whereLayer("ingest")
            .mayOnlyBeAccessedByLayers("agent", "api", "session", "fetch")
            .whereLayer("fetch")
            .mayOnlyBeAccessedByLayers("agent", "api")
            .whereLayer("scrub")
            .mayOnlyBeAccessedByLayers("agent", "api")
            .whereLayer("volume")
            .mayOnlyBeAccessedByLayers("agent", "api")
            .whereLayer("seal")
            .mayOnlyBeAccessedByLayers("agent", "ingest", "volume")
            .whereLayer("image")
            .mayOnlyBeAccessedByLayers("agent", "api", "session", "fetch", "ingest", "scrub", "volume")
            .whereLayer("flow")
            .mayOnlyBeAccessedByLayers("agent", "api", "session", "ingest", "scrub", "volume", "seal", "image")
            .whereLayer("refusal")
            .mayOnlyBeAccessedByLayers(
                    "agent", "gate", "api", "session", "fetch", "ingest", "scrub", "volume", "seal", "image", "source")
            .whereLayer("source")
            .mayOnlyBeAccessedByLayers("agent", "api", "session", "fetch", "ingest", "flow")
            .whereLayer("manifest")
            .mayOnlyBeAccessedByLayers(
                    "agent", "gate", "api", "session", "ingest", "scrub", "volume", "seal", "image", "flow")
            // Only the composition root names a concrete engine.
            .whereLayer("kinds")
            .mayOnlyBeAccessedByLayers("agent");

    /**
     * What clients ask for has a room each, and these do not know each other, except that an upload or an order of an image is
     * answered with the image.
     */
    @ArchTest
    static final ArchRule roomsOfTheApiDoNotKnowEachOther = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("contract")
            .definedBy("io.scrubjay.api")
            .layer("upload")
            .definedBy("io.scrubjay.api.upload..")
            .layer("pull")
            .definedBy("io.scrubjay.api.pull..")
            .layer("image")
            .definedBy("io.scrubjay.api.image..")
            .layer("volume")
            .definedBy("io.scrubjay.api.volume..")
            .layer("scrub")
            .definedBy("io.scrubjay.api.scrub..")
            .layer("pool")
            .definedBy("io.scrubjay.api.pool..")
            .layer("export")
            .definedBy("io.scrubjay.api.export..")
            .layer("answer")
            .definedBy("io.scrubjay.api.answer..")
            .layer("body")
            .definedBy("io.scrubjay.api.body..")
            .layer("form")
            .definedBy("io.scrubjay.api.form..")
            .layer("lookup")
            .definedBy("io.scrubjay.api.lookup..")
            .layer("problem")
            .definedBy("io.scrubjay.api.problem..")
            .whereLayer("contract")
            .mayOnlyAccessLayers("body", "lookup", "problem")
            .whereLayer("upload")
            .mayOnlyAccessLayers("image", "body", "form", "lookup", "problem")
            .whereLayer("pull")
            .mayOnlyAccessLayers("image", "body", "lookup", "problem")
            .whereLayer("image")
            .mayOnlyAccessLayers("export", "answer", "body", "lookup", "problem")
            .whereLayer("volume")
            .mayOnlyAccessLayers("export", "answer", "body", "lookup", "problem")
            .whereLayer("scrub")
            .mayOnlyAccessLayers("body", "lookup", "problem")
            .whereLayer("pool")
            .mayOnlyAccessLayers("problem")
            .whereLayer("export")
            .mayOnlyAccessLayers("body", "lookup", "problem")
            .whereLayer("answer")
            .mayOnlyAccessLayers("problem")
            .whereLayer("body")
            .mayOnlyAccessLayers("problem")
            .whereLayer("form")
            .mayNotAccessAnyLayer()
            .whereLayer("lookup")
            .mayOnlyAccessLayers("problem")
            .whereLayer("problem")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule blockNeedsOnlyTheJdk = classes()
            .that()
            .resideInAPackage("io.scrubjay.block..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.scrubjay.block..", "java..");

    @ArchTest
    static final ArchRule enginesDoNotKnowTheFramework = noClasses()
            .that()
            .resideInAnyPackage("io.scrubjay.engine..", "io.scrubjay.manifest..", "io.scrubjay.source..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta..", "io.quarkus..", "io.vertx..");

    /** SPDK's format is read without SPDK. */
    @ArchTest
    static final ArchRule theFormatOnDiskNeedsOnlyBytes = classes()
            .that()
            .resideInAPackage("io.scrubjay.engine.spdk.ondisk..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.scrubjay.engine.spdk.ondisk..", "io.scrubjay.engine", "io.scrubjay.block..", "java..");

    @ArchTest
    static final ArchRule spdksProcessKnowsNoDevicesAndNoPools = noClasses()
            .that()
            .resideInAPackage("io.scrubjay.engine.spdk.process..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.scrubjay.engine.spdk", "io.scrubjay.engine.spdk.device..", "io.scrubjay.engine.spdk.ondisk..");

    @ArchTest
    static final ArchRule devicesDoNotKnowWhatLiesOnThem = noClasses()
            .that()
            .resideInAPackage("io.scrubjay.engine.spdk.device..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.scrubjay.engine.spdk");

    @ArchTest
    static final ArchRule accessKnowsNothingOfHttp = classes()
            .that()
            .resideInAPackage("io.scrubjay.access..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.scrubjay.access..", "io.smallrye.config..", "java..", "javax.crypto..");

    /** So that uploads, peers and repair are sealed in the same way. */
    @ArchTest
    static final ArchRule sealKnowsNeitherTheCatalogNorFormats = noClasses()
            .that()
            .resideInAPackage("io.scrubjay.seal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.scrubjay.image..", "io.scrubjay.source..", "jakarta..", "io.quarkus..", "io.vertx..");

    /** What the OpenAPI document hides, EveryOperationTest does not see. */
    @ArchTest
    static final ArchRule everyResourceMethodSaysItsRole =
            methods().that().areMetaAnnotatedWith(HttpMethod.class).should().beAnnotatedWith(RolesAllowed.class);

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.scrubjay.(*)..").should().beFreeOfCycles();
}
