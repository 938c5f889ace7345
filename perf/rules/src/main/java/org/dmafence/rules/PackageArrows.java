package org.dmafence.rules;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/**
 * The packages of the module under test, and what of ours each of them knows. Each module's {@code ArchitectureTest}
 * says which arrows it has:
 *
 * <pre>
 *   fairness
 *   replay -> core actors fairness
 * </pre>
 *
 * <p>Names are without {@code org.dmafence}; {@code core} is every package of the core. A package may name those of
 * other modules, and those of its own that stand above it, so that there are no cycles.
 */
public final class PackageArrows {
    private static final String ROOT = "org.dmafence.";
    private static final String CORE = "core";

    /** {@code DriverLoader}'s list, which a module that does not know the core can't read. */
    public static final Set<String> CORE_PACKAGES = Set.of(
            "org.dmafence.concurrent",
            "org.dmafence.driver",
            "org.dmafence.fence",
            "org.dmafence.fence.container",
            "org.dmafence.foreign",
            "org.dmafence.lockdep",
            "org.dmafence.module",
            "org.dmafence.rcu",
            "org.dmafence.resv",
            "org.dmafence.sched",
            "org.dmafence.sync",
            "org.dmafence.trace");

    private static final String GENERATED = ".jmh_generated";
    private static final Path CLASSES = Path.of("target", "classes");

    private final Map<String, Set<String>> arrows;

    private PackageArrows(Map<String, Set<String>> arrows) {
        this.arrows = arrows;
    }

    /** Reads the lines of a text as above. */
    public static PackageArrows of(String text) {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        text.lines().filter(line -> !line.isBlank()).forEach(line -> {
            String[] ends = line.strip().split(" -> ", 2);
            arrows.put(ends[0], ends.length == 1 ? Set.of() : new TreeSet<>(List.of(ends[1].split("\\s+"))));
        });
        return new PackageArrows(arrows);
    }

    /**
     * Compares with the compiled classes of the module in whose directory this runs.
     *
     * @return a sentence for each difference
     */
    public List<String> differences() {
        return differences(new ClassFileImporter().importPath(CLASSES));
    }

    /** Compares with some classes. */
    public List<String> differences(JavaClasses classes) {
        List<String> wrong = new ArrayList<>();
        Map<String, Map<String, String>> found = arrowsOf(classes);
        Set<String> above = new TreeSet<>();
        arrows.forEach((owner, allowed) -> {
            Map<String, String> known = found.get(owner);
            if (known == null) {
                wrong.add(owner + " is listed, and there is no such package");
                return;
            }
            known.forEach((other, where) -> {
                if (!allowed.contains(other)) {
                    wrong.add(owner + " must not know " + other + ": " + where);
                } else if (arrows.containsKey(other) && !above.contains(other)) {
                    wrong.add(owner + " knows " + other + ", which does not stand above it");
                }
            });
            allowed.stream()
                    .filter(other -> !known.containsKey(other))
                    .forEach(other -> wrong.add(owner + " -> " + other + " is listed, and nothing needs it"));
            above.add(owner);
        });
        found.keySet().stream()
                .filter(owner -> !arrows.containsKey(owner))
                .forEach(owner -> wrong.add(owner + " is a package that is not listed"));
        return wrong;
    }

    /** What each package knows, with one place that shows it. */
    private static Map<String, Map<String, String>> arrowsOf(JavaClasses classes) {
        Map<String, Map<String, String>> found = new TreeMap<>();
        boolean isCore = classes.contain(ROOT + "foreign.DriverLoader");
        for (JavaClass type : classes) {
            if (!isOurs(type)) {
                continue;
            }
            String owner = nameOf(type, isCore);
            Map<String, String> known = found.computeIfAbsent(owner, name -> new TreeMap<>());
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (isOurs(target)) {
                    String other = nameOf(target, isCore);
                    if (!other.equals(owner)) {
                        known.putIfAbsent(other, dependency.getDescription());
                    }
                }
            }
        }
        return found;
    }

    private static boolean isOurs(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT) && !name.endsWith(GENERATED);
    }

    private static String nameOf(JavaClass type, boolean isCore) {
        String name = type.getPackageName();
        return !isCore && CORE_PACKAGES.contains(name) ? CORE : name.substring(ROOT.length());
    }

    /** Packages of the module without a {@code package-info} that says {@code @NullMarked}. */
    public static List<String> unmarked() {
        return unmarked(new ClassFileImporter().importPath(CLASSES));
    }

    /** Packages of some classes without one. */
    public static List<String> unmarked(JavaClasses classes) {
        return classes.stream()
                .filter(type -> !type.getPackageName().endsWith(GENERATED))
                .map(JavaClass::getPackage)
                .distinct()
                .filter(each -> each.tryGetAnnotationOfType(NullMarked.class).isEmpty())
                .map(JavaPackage::getName)
                .sorted()
                .toList();
    }
}
