package org.dmafence.rules;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Who writes markup past the one escaper. */
public final class Markup {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final String KIT = "org.dmafence.report.page";
    private static final Set<String> RAW = Set.of("j2html.tags.UnescapedText", "j2html.Config");
    private static final Set<String> RAW_METHODS = Set.of(
            "rawHtml", "scriptWithInlineFile", "styleWithInlineFile", "render", "renderFormatted", "renderModel");

    private Markup() {}

    /**
     * Calls of the module in whose directory this runs that put text on a page as it is. Only the kit may.
     *
     * @return a description for each
     */
    public static List<String> unescaped() {
        return new ClassFileImporter()
                .importPath(CLASSES).stream()
                        .filter(type -> !type.getPackageName().equals(KIT))
                        .map(JavaClass::getAccessesFromSelf)
                        .flatMap(Set::stream)
                        .filter(Markup::isRaw)
                        .map(JavaAccess::getDescription)
                        .sorted()
                        .toList();
    }

    private static boolean isRaw(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return RAW.contains(owner) || (owner.startsWith("j2html.") && RAW_METHODS.contains(access.getName()));
    }
}
