package org.dmafence.fuzz.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;

/**
 * Offers a driver for each line of {@value #TEXT} in its jar: name, version, licence and description, with tabs
 * between.
 */
public final class TextProvider implements DriverProvider {
    /** The jar's entry. */
    public static final String TEXT = "drivers.txt";

    private static final int FIELDS = 4;

    @Override
    public List<DriverInfo> drivers() {
        List<DriverInfo> infos = new ArrayList<>();
        for (String line : text().split("\n", -1)) {
            String[] fields = (line + "\t\t\t").split("\t", -1);
            if (!line.isBlank() && fields.length >= FIELDS) {
                infos.add(new DriverInfo(fields[0], fields[1], fields[2], fields[3]));
            }
        }
        return infos;
    }

    private static String text() {
        try (InputStream in = TextProvider.class.getResourceAsStream("/" + TEXT)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public DriverModule create(String name) {
        for (DriverInfo info : drivers()) {
            if (info.name().equals(name)) {
                return new TextDriver(info);
            }
        }
        throw new IllegalArgumentException("no driver " + name);
    }
}
