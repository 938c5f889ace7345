package org.dmafence.report;

import org.jspecify.annotations.Nullable;

/** What writes the reports. Apart from them, so that asking for it loads nothing else. */
public final class Tool {
    private Tool() {}

    /** The program and its version, such as {@code dmafence 0.1.0}. */
    public static String name() {
        String version = version(Tool.class.getPackage());
        return "dmafence " + (version == null ? "(not packaged)" : version);
    }

    private static @Nullable String version(@Nullable Package of) {
        return of == null ? null : of.getImplementationVersion();
    }
}
