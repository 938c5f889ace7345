package org.dmafence;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the house that a compiler does not check. */
class ArchitectureTest {
    private static final String ROOT = "org.dmafence.";
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.dmafence");

    @Test
    void shouldKeepActorsAndLoggingFrameworksOutOfTheCore() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "akka..", "scala..", "com.typesafe..", "org.slf4j..", "ch.qos..", "org.dmafence.actors..")
                .check(CORE);
    }

    @ParameterizedTest
    @CsvSource({
        "concurrent, ''",
        "foreign, ''",
        "trace, ''",
        "lockdep, 'concurrent'",
        "rcu, 'concurrent lockdep'",
        "fence, 'concurrent lockdep rcu trace'",
        "driver, 'concurrent lockdep rcu trace fence'",
        "module, 'lockdep rcu trace fence driver'",
        "sched, 'lockdep rcu trace fence driver resv sync'",
        "resv, 'lockdep rcu trace fence'",
        "sync, 'concurrent lockdep rcu trace fence resv'"
    })
    void shouldKnowOnlyWhatLiesBelow(String owner, String below) {
        Set<String> allowed = Set.of(below.split(" "));
        String[] forbidden = CORE.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(ROOT))
                .map(name -> name.replaceFirst("^org\\.dmafence\\.([a-z]+).*", "$1"))
                .filter(name -> !name.equals(owner) && !name.equals("foreign") && !allowed.contains(name))
                .map(name -> ROOT + name + "..")
                .distinct()
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOT + owner + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true)
                .check(CORE);
    }

    /** A throwable's own frames hold the classes on the stack; see {@code org.dmafence.foreign}. */
    @Test
    void shouldThrowNothingThatPinsADriver() {
        classes()
                .that()
                .areAssignableTo(Throwable.class)
                .and()
                .doNotHaveFullyQualifiedName("org.dmafence.lockdep.Site") // kept while something is held, and no longer
                .and()
                .doNotHaveFullyQualifiedName("org.dmafence.module.ModuleException") // thrown at loading, by the loader
                .and()
                .resideOutsideOfPackage("org.dmafence.testkit..")
                .should(new ArchCondition<>("record no frames") {
                    @Override
                    public void check(JavaClass thrown, ConditionEvents events) {
                        boolean silent = thrown.tryGetMethod("fillInStackTrace").isPresent()
                                || thrown.getRawSuperclass()
                                        .filter(parent -> parent.tryGetMethod("fillInStackTrace")
                                                        .isPresent()
                                                && parent.getPackageName().startsWith("org.dmafence"))
                                        .isPresent();
                        events.add(new SimpleConditionEvent(
                                thrown, silent, thrown.getName() + " lets the virtual machine record its frames"));
                    }
                })
                .check(CORE);
    }

    @Test
    void shouldHaveNoCyclesOfPackages() {
        slices().matching("org.dmafence.(*)..").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void shouldNotTouchUnsafe() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("sun.misc.Unsafe")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("jdk.internal..")
                .check(CORE);
    }

    @Test
    void shouldMarkEveryPackageForNullness() {
        Set<JavaPackage> packages = CORE.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
        assertThat(packages).hasSizeGreaterThanOrEqualTo(4);
        assertThat(packages)
                .allMatch(
                        p -> p.tryGetAnnotationOfType(NullMarked.class).isPresent()
                                || p.getName().equals("org.dmafence"),
                        "has a package-info with @NullMarked");
    }

    @Test
    void shouldKeepTheFenceItselfFinalAndOfTheCore() {
        classes()
                .that()
                .haveFullyQualifiedName("org.dmafence.fence.DmaFence")
                .should()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
                .check(CORE);
    }
}
