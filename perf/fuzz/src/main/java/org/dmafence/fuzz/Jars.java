package org.dmafence.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.dmafence.driver.DriverProvider;
import org.dmafence.fuzz.driver.TextProvider;

/** Jars as bytes: good ones of a small driver, and how to take one apart and put it together. */
final class Jars {
    static final String MANIFEST = "META-INF/MANIFEST.MF";
    static final String SERVICE = "META-INF/services/" + DriverProvider.class.getName();

    private static final int LONGEST_NAME = 60_000;

    private static final List<String> CLASSES =
            List.of("TextProvider", "TextDriver", "TextDriver$InFlight", "TextDriver$Ops", "TextDriver$Ring");

    private Jars() {}

    /** One entry of a jar. */
    static final class Entry {
        private final String name;
        private final byte[] content;

        Entry(String name, byte[] content) {
            this.name = name;
            this.content = content;
        }

        static Entry of(String name, String content) {
            return new Entry(name, content.getBytes(StandardCharsets.UTF_8));
        }

        String name() {
            return name;
        }

        byte[] content() {
            return content;
        }
    }

    /** A driver's jar; one with another text and no manifest; one that is made for several Javas. */
    static List<byte[]> seeds() {
        String text = "text\t1.0\tApache-2.0\ta driver of a few lines\n";
        List<Entry> plain = driver("Manifest-Version: 1.0\r\n\r\n", text);
        List<Entry> two = driver("", text + "other\t2.0\tMIT\tanother\n");
        List<Entry> versions = driver("Manifest-Version: 1.0\r\nMulti-Release: true\r\nClass-Path: \r\n\r\n", text);
        versions.add(Entry.of("META-INF/versions/17/" + TextProvider.TEXT, "newer\t3.0\tMIT\tfor 17\n"));
        versions.add(Entry.of("META-INF/versions/99/" + TextProvider.TEXT, "never\t4.0\tMIT\tfor 99\n"));
        return List.of(join(plain), join(two), join(versions));
    }

    private static List<Entry> driver(String manifest, String text) {
        List<Entry> entries = new ArrayList<>();
        if (!manifest.isEmpty()) {
            entries.add(Entry.of(MANIFEST, manifest));
        }
        entries.add(Entry.of(SERVICE, TextProvider.class.getName() + "\n"));
        entries.add(Entry.of(TextProvider.TEXT, text));
        String directory = TextProvider.class.getPackageName().replace('.', '/') + "/";
        for (String name : CLASSES) {
            entries.add(new Entry(directory + name + ".class", resource(name + ".class")));
        }
        return entries;
    }

    private static byte[] resource(String name) {
        try (InputStream in = TextProvider.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Entry> split(byte[] jar) {
        List<Entry> entries = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry next = in.getNextEntry(); next != null; next = in.getNextEntry()) {
                entries.add(new Entry(next.getName(), in.readAllBytes()));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("a seed that is no jar: " + e.getMessage(), e);
        }
        return entries;
    }

    /** The JDK writes no name that UTF-8 can't have, or that is too long for the format. */
    private static String storable(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return new String(bytes, 0, Math.min(bytes.length, LONGEST_NAME), StandardCharsets.UTF_8);
    }

    /** Of entries of one name the last stays. */
    static byte[] join(List<Entry> entries) {
        Map<String, byte[]> once = new LinkedHashMap<>();
        entries.forEach(entry -> once.put(storable(entry.name()), entry.content()));
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(jar)) {
            for (Map.Entry<String, byte[]> entry : once.entrySet()) {
                ZipEntry next = new ZipEntry(entry.getKey());
                next.setTime(0); // the same bytes each time
                out.putNextEntry(next);
                out.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar.toByteArray();
    }
}
