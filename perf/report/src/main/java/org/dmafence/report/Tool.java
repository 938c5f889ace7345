package org.dmafence.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build of this program it is. Apart from the reports, so that asking for it loads nothing else. */
public final class Tool {
    private static final Properties BUILD = read();

    private Tool() {}

    private static Properties read() {
        Properties build = new Properties();
        try (InputStream in = Tool.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                throw new IllegalStateException("the program is incomplete: build.properties is missing");
            }
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build;
    }

    /** The version in the poms. */
    public static String version() {
        return BUILD.getProperty("version", "unknown");
    }

    /** The first digits of the commit it was built from; {@code unknown} if it was built outside of a clone. */
    public static String commit() {
        return BUILD.getProperty("commit", "unknown");
    }

    /** The program and its version, such as {@code dmafence 0.1.0}. */
    public static String name() {
        return "dmafence " + version();
    }

    /** The same and the commit. */
    public static String description() {
        return name() + ", commit " + commit();
    }
}
