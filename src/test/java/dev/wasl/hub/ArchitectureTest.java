package dev.wasl.hub;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.wasl.hub.canonical.HubException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.stereotype.Controller;
import org.springframework.transaction.annotation.Transactional;

/** The rules of the house; each one's reason tells what to do instead. */
@AnalyzeClasses(packages = "dev.wasl.hub", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule camel_stays_at_the_border = noClasses()
            .that()
            .resideOutsideOfPackages("..flow..", "..connector..", "..notify..", "..cdc..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..")
            .because("only the flow and the parts that call out know Camel; hand over plain records instead");

    @ArchTest
    static final ArchRule the_broker_is_spoken_to_in_one_place = noClasses()
            .that()
            .resideOutsideOfPackages("..flow..", "..ops.broker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.jms..", "org.apache.activemq..")
            .because("messages leave through MessageWriter, OwnEvents or QueueSender");

    @ArchTest
    static final ArchRule sql_lives_in_repositories = noClasses()
            .that()
            .haveNameNotMatching(".*Repository(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.jdbc.core..")
            .because("SQL belongs into a package-private class named *Repository");

    @ArchTest
    static final ArchRule repositories_are_private = classes()
            .that()
            .haveSimpleNameEndingWith("Repository")
            .should()
            .notBePublic()
            .because("a package offers queries by meaning, not by table");

    @ArchTest
    static final ArchRule canonical_depends_on_nothing = noClasses()
            .that()
            .resideInAPackage("..canonical..")
            .should()
            .dependOnClassesThat(not(resideInAPackage("dev.wasl.hub.canonical.."))
                    .and(not(resideInAPackage("java..")))
                    .and(not(resideInAPackage("com.fasterxml.jackson.annotation..")))
                    .and(not(resideInAPackage("org.jspecify.."))))
            .because("everybody speaks canonical, so it may not know anybody");

    @ArchTest
    static final ArchRule connectors_do_not_know_each_other = slices().matching("dev.wasl.hub.connector.(*)..")
            .should()
            .notDependOnEachOther()
            .because("one connector is one set of files; what two need belongs into the package connector");

    @ArchTest
    static final ArchRule nothing_depends_on_the_console = noClasses()
            .that()
            .resideOutsideOfPackage("..console..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..console..")
            .because("the console reads, nobody reads the console");

    @ArchTest
    static final ArchRule nothing_depends_on_the_sandbox = noClasses()
            .that()
            .resideOutsideOfPackage("..sandbox..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..sandbox..")
            .because("production has no sandbox");

    @ArchTest
    static final ArchRule controllers_of_the_console_hold_no_repository = fields().that()
            .areDeclaredInClassesThat()
            .areAnnotatedWith(Controller.class)
            .should()
            .notHaveRawType(resideInAPackage("org.springframework.jdbc.."))
            .allowEmptyShould(true)
            .because("pages show view records");

    @ArchTest
    static final ArchRule no_names_that_say_nothing = noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .because("a name says the domain thing");

    @ArchTest
    static final ArchRule no_packages_that_say_nothing = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..common..", "..misc..", "..model..", "..dto..")
            .because("packages are features");

    @ArchTest
    static final ArchRule time_comes_from_the_clock = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .because("a Clock bean makes time testable");

    @ArchTest
    static final ArchRule nobody_sleeps = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .because("wait for a condition, and stop waiting on shutdown");

    @ArchTest
    static final ArchRule digits_do_not_depend_on_the_machines_language = noClasses()
            .should()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "formatted", Object[].class)
            .orShould()
            .callMethod(String.class, "toLowerCase")
            .orShould()
            .callMethod(String.class, "toUpperCase")
            .because("in Arabic %d writes digits that no gateway signed and no table is called by");

    @ArchTest
    static final ArchRule settings_are_records = classes()
            .that()
            .areAnnotatedWith(ConfigurationProperties.class)
            .should()
            .beRecords()
            .because("settings do not change after the start");

    @ArchTest
    static final ArchRule our_exceptions_carry_a_code = classes()
            .that()
            .areAssignableTo(Exception.class)
            .and()
            .arePublic()
            .should()
            .beAssignableTo(HubException.class)
            .because("an admin searches by code");

    @ArchTest
    static final ArchRule transactions_are_visible = methods()
            .that()
            .areAnnotatedWith(Transactional.class)
            .should()
            .notHaveModifier(JavaModifier.PRIVATE)
            .because("a private transactional method runs without a transaction");

    @ArchTest
    static final ArchRule no_field_injection = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule no_standard_streams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule no_java_util_logging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
}
