package org.dmafence.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What is written into each page: our styles and script, and uPlot, which draws the charts, out of its WebJar. */
final class Assets {
    private static final String UPLOT = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

    private Assets() {}

    /** Every page's looks. */
    static String styles() {
        return own("page.css");
    }

    /** Every page's looks, and its charts'. */
    static String chartStyles() {
        return uplot("dist/uPlot.min.css") + "\n" + styles() + own("chart.css");
    }

    /** What draws the charts. uPlot's licence wants to be with it. */
    static String chartScript() {
        return "/*\n" + uplot("LICENSE").strip() + "\n*/\n" + uplot("dist/uPlot.iife.min.js") + "\n" + own("chart.js");
    }

    private static String own(String name) {
        return text(Assets.class.getResourceAsStream(name), name);
    }

    private static String uplot(String name) {
        Properties jar = new Properties();
        try (InputStream in = loader().getResourceAsStream(UPLOT)) {
            if (in == null) {
                throw missing("uPlot");
            }
            jar.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String file = "META-INF/resources/webjars/uplot/" + jar.getProperty("version") + "/" + name;
        return text(loader().getResourceAsStream(file), file);
    }

    private static ClassLoader loader() {
        return Objects.requireNonNull(Assets.class.getClassLoader());
    }

    /** A resource, null if it is missing. */
    static String text(@Nullable InputStream in, String name) {
        if (in == null) {
            throw missing(name);
        }
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static IllegalStateException missing(String name) {
        return new IllegalStateException("the program is incomplete: " + name + " is missing");
    }
}
