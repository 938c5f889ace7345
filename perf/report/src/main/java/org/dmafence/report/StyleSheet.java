package org.dmafence.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The looks of the HTML reports, to be written into a page so that it needs nothing beside it. */
public final class StyleSheet {
    private StyleSheet() {}

    /** What every report's page has. */
    public static String common() {
        return text(StyleSheet.class.getResourceAsStream("report.css"), "report.css");
    }

    /**
     * A sheet's text.
     *
     * @param in the resource, found by a class of the module that has it; null if it is not there
     * @param name what to call it
     * @throws IllegalStateException if it is not there
     */
    public static String text(@Nullable InputStream in, String name) {
        if (in == null) {
            throw new IllegalStateException("the program is incomplete: " + name + " is missing");
        }
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
