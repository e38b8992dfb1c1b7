package dev.outbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the packages of the core may know of each other and of the world. */
class ArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.outbox");

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.outbox.(**)").should().beFreeOfCycles().check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.outbox")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.outbox.spi..", "dev.outbox.relay..", "dev.outbox.inprocess..", "dev.outbox.internal..")
                .check(CORE);
    }

    @Test
    void theCoreKnowsNoDatabaseAndNoBroker() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.apache.kafka..", "com.rabbitmq..", "redis..")
                .check(CORE);
    }

    @Test
    void retryStandsAlone() {
        noClasses()
                .that()
                .resideInAPackage("dev.outbox.retry..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.outbox",
                        "dev.outbox.spi..",
                        "dev.outbox.relay..",
                        "dev.outbox.inprocess..",
                        "dev.outbox.internal..")
                .check(CORE);
    }

    @Test
    void theRelayAndTheTransportInProcessMeetOnlyInTheSpi() {
        noClasses()
                .that()
                .resideInAPackage("dev.outbox.relay..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.outbox.inprocess..")
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.outbox.inprocess..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.outbox.relay..")
                .check(CORE);
    }

    @Test
    void consumersKnowNeitherTheRelayNorTheTransportInProcess() {
        noClasses()
                .that()
                .resideInAPackage("dev.outbox.consumer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.outbox.relay..", "dev.outbox.inprocess..")
                .check(CORE);
        noClasses()
                .that()
                .resideInAPackage("dev.outbox.internal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.outbox.relay..", "dev.outbox.inprocess..", "dev.outbox.consumer..")
                .check(CORE);
    }

    @Test
    void nothingIsDeserializedByJava() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .check(CORE);
    }
}
