package org.dmafence;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import org.dmafence.foreign.DriverLoader;
import org.dmafence.rules.PackageArrows;
import org.junit.jupiter.api.Test;

/** A wrong list fails: on two packages of the core, of which one knows the other. */
class PackageArrowsTest {
    private static final JavaClasses TWO =
            new ClassFileImporter().importPackages("org.dmafence.foreign", "org.dmafence.trace");

    private static List<String> differences(String... lines) {
        return PackageArrows.of(String.join("\n", lines)).differences(TWO);
    }

    @Test
    void shouldTakeTheCoreForWhatADriverTakesForIt() {
        assertThat(PackageArrows.CORE_PACKAGES).isEqualTo(DriverLoader.CORE_PACKAGES);
    }

    @Test
    void shouldFindNothingWhenTheListIsRight() {
        assertThat(differences("foreign", "trace -> foreign")).isEmpty();
    }

    @Test
    void shouldNameThePlaceWhenAnArrowIsNotListed() {
        assertThat(differences("foreign", "trace"))
                .singleElement()
                .asString()
                .startsWith("trace must not know foreign: ");
    }

    @Test
    void shouldSaySoWhenAListedArrowIsNotThere() {
        assertThat(differences("foreign -> sched", "trace -> foreign"))
                .containsExactly("foreign -> sched is listed, and nothing needs it");
    }

    @Test
    void shouldSaySoWhenWhatIsKnownStandsBelow() {
        assertThat(differences("trace -> foreign", "foreign"))
                .containsExactly("trace knows foreign, which does not stand above it");
    }

    @Test
    void shouldSaySoWhenPackagesAndListDiffer() {
        assertThat(differences("foreign", "nowhere"))
                .containsExactly(
                        "nowhere is listed, and there is no such package", "trace is a package that is not listed");
    }

    @Test
    void shouldNameAPackageThatIsNotMarked() {
        assertThat(PackageArrows.unmarked(TWO)).isEmpty();
        assertThat(PackageArrows.unmarked(new ClassFileImporter().importPackages("org.dmafence")))
                .contains("org.dmafence");
    }
}
