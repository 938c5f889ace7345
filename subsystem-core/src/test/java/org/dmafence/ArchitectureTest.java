package org.dmafence;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

/** The rules of the house that a compiler does not check. */
class ArchitectureTest {
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

    @Test
    void shouldKnowOnlyWhatLiesBelow() {
        PackageArrows arrows = PackageArrows.of("""
                concurrent
                foreign
                trace -> foreign
                lockdep -> concurrent
                rcu -> concurrent foreign lockdep
                fence -> concurrent foreign lockdep rcu trace
                fence.container -> concurrent fence
                resv -> fence fence.container foreign lockdep rcu
                sync -> concurrent fence fence.container foreign lockdep rcu resv
                driver -> fence
                module -> concurrent driver fence foreign lockdep rcu trace
                sched -> driver fence foreign resv sync trace
                """);

        assertThat(arrows.differences()).isEmpty();
    }

    /**
     * Programs get and give a {@code FenceError}; these four are where it is made of a number, and where adapters come
     * in.
     */
    @Test
    void shouldSpeakNumbersOnlyToAdapters() {
        assertThat(CORE.stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(method -> method.getName().matches("(?i).*errno.*")
                                || Arrays.stream(method.reflect().getParameters())
                                        .anyMatch(
                                                parameter -> parameter.getName().equals("errno")))
                        .map(method -> method.getOwner().getSimpleName() + "." + method.getName()))
                .containsExactlyInAnyOrder(
                        "FenceError.of", "FenceError.errno", "DmaFence.errno", "FenceContext.setErrno");
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
        assertThat(PackageArrows.unmarked()).isEmpty();
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
