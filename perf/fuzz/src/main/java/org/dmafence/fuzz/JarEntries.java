package org.dmafence.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Knows jars: manifests, services, names of entries, entries that unpack to more than there is, damaged directories.
 */
final class JarEntries implements Mutator {
    private static final int MOST_ROUNDS = 3;
    private static final int BOMB = 1 << 25;
    private static final int MOST_NAME = 60_000;
    private static final int DIRECTORY_END = 200;

    private static final String[] CLASS_PATHS = {
        "input.jar",
        "lib.jar",
        "../../etc/passwd",
        "/etc/passwd",
        "a\u0000b.jar",
        "file:///etc/passwd",
        "http://localhost:1/x.jar",
        ".",
        "..",
        "./input.jar",
        "input.jar input.jar",
        "%00.jar",
        "\u001b[2J.jar",
        "a/../input.jar",
        " ",
        "\\\\host\\x.jar",
        "\u202erag.jar"
    };

    private static final String[] NAMES = {
        "../evil",
        "/etc/evil",
        "a\u0000b",
        "",
        "META-INF/",
        "META-INF/versions/9/drivers.txt",
        "META-INF/versions/99999999999/drivers.txt",
        "META-INF/versions/-1/drivers.txt",
        "META-INF/versions//x",
        "META-INF/SIGNED.SF",
        "META-INF/SIGNED.RSA",
        "META-INF/INDEX.LIST",
        "org/dmafence/fence/DmaFence.class",
        "java/lang/Object.class",
        "module-info.class",
        "META-INF/services/java.lang.Runnable",
        "\u001b[2J",
        "drivers.txt/",
        "DRIVERS.TXT",
        "c:\\x",
        "org/dmafence/fuzz/driver/TextProvider.class/",
        "\ud800"
    };

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return raw(seed, random);
        }
        List<Jars.Entry> entries = new ArrayList<>(Jars.split(seed));
        for (int rounds = 1 + random.nextInt(MOST_ROUNDS); rounds > 0; rounds--) {
            once(entries, other, random);
        }
        return Jars.join(entries);
    }

    private static void once(List<Jars.Entry> entries, byte[] other, SplittableRandom random) {
        switch (random.nextInt(16)) {
            case 0, 1 -> entries.add(0, manifest("Class-Path: " + classPath(random)));
            case 2 -> entries.add(0, manifest(encoded(Extremes.text(random)) + ": x"));
            case 3 -> entries.add(0, manifest("X-Long: " + "y".repeat(random.nextInt(1 << random.nextInt(18)))));
            case 4, 5 -> change(entries, Jars.MANIFEST, new Lines(), random);
            case 6, 7 -> change(entries, Jars.SERVICE, new Lines(), random);
            case 8, 9, 10 -> change(entries, "drivers.txt", new Lines(), random);
            case 11 ->
                change(entries, entries.get(random.nextInt(entries.size())).name(), new Bytes(), random);
            case 12 -> drop(entries, random);
            case 13 -> entries.add(Jars.Entry.of(name(random), Extremes.text(random)));
            case 14 -> large(entries, random);
            default -> entries.add(new Jars.Entry("lib/nested.jar", other));
        }
    }

    private static Jars.Entry manifest(String line) {
        return Jars.Entry.of(Jars.MANIFEST, "Manifest-Version: 1.0\r\n" + line + "\r\n\r\n");
    }

    private static String classPath(SplittableRandom random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            path.append(
                            random.nextInt(8) == 0
                                    ? encoded(Extremes.text(random))
                                    : CLASS_PATHS[random.nextInt(CLASS_PATHS.length)])
                    .append(' ');
        }
        return path.toString();
    }

    private static void change(List<Jars.Entry> entries, String name, Mutator by, SplittableRandom random) {
        for (int i = 0; i < entries.size(); i++) {
            Jars.Entry entry = entries.get(i);
            if (entry.name().equals(name)) {
                entries.set(i, new Jars.Entry(name, by.mutate(entry.content(), entry.content(), random)));
            }
        }
    }

    /** One has to stay: the JDK writes no jar without an entry. */
    private static void drop(List<Jars.Entry> entries, SplittableRandom random) {
        if (entries.size() > 1) {
            entries.remove(random.nextInt(entries.size()));
        }
    }

    private static String name(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> "d/".repeat(random.nextInt(MOST_NAME / 2));
            case 1 -> "n".repeat(random.nextInt(MOST_NAME));
            default -> NAMES[random.nextInt(NAMES.length)];
        };
    }

    /** Large ones are rare, or the packing would take the time. */
    private static void large(List<Jars.Entry> entries, SplittableRandom random) {
        switch (random.nextInt(64)) {
            case 0 -> {
                for (int i = random.nextInt(12); i >= 0; i--) {
                    entries.add(new Jars.Entry("bomb" + i, new byte[BOMB]));
                }
            }
            case 1 -> entries.add(0, new Jars.Entry(Jars.MANIFEST, new byte[BOMB]));
            case 2 -> entries.add(0, new Jars.Entry(Jars.SERVICE, filled(BOMB, '\n')));
            case 3 -> entries.add(new Jars.Entry("drivers.txt", filled(BOMB, 'x')));
            case 4 -> {
                for (int i = 0; i < 1 << random.nextInt(14); i++) {
                    entries.add(new Jars.Entry("e" + i, new byte[0]));
                }
            }
            default -> entries.add(new Jars.Entry("zeros", new byte[random.nextInt(1 << random.nextInt(20))]));
        }
    }

    private static byte[] filled(int length, char with) {
        byte[] filled = new byte[length];
        Arrays.fill(filled, (byte) with);
        return filled;
    }

    /** The zip's own bytes; most often the directory at its end. */
    private static byte[] raw(byte[] seed, SplittableRandom random) {
        byte[] bytes = seed.clone();
        switch (random.nextInt(6)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> {
                byte[] before = new byte[random.nextInt(1_000)];
                bytes = Bytes.join(before, 0, before.length, new byte[0], seed, 0, seed.length);
            }
            case 2 -> bytes = Bytes.join(seed, 0, seed.length, new byte[0], seed, 0, random.nextInt(seed.length));
            case 3 -> rename(bytes, random);
            default -> {
                int span = random.nextBoolean() ? DIRECTORY_END : bytes.length;
                for (int i = random.nextInt(6); i >= 0; i--) {
                    int at = bytes.length - 1 - random.nextInt(Math.min(span, bytes.length));
                    bytes[at] = random.nextBoolean() ? (byte) 0xff : (byte) random.nextInt(256);
                }
            }
        }
        return bytes;
    }

    /** Another name of the same length, so that two entries may have one, or one a NUL. */
    private static void rename(byte[] jar, SplittableRandom random) {
        byte[] from = "drivers.txt".getBytes(StandardCharsets.US_ASCII);
        byte[] to = (random.nextBoolean() ? "driver\u0000.txt" : "/../../x.tx").getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at + from.length <= jar.length; at++) {
            if (Arrays.equals(jar, at, at + from.length, from, 0, from.length) && random.nextBoolean()) {
                System.arraycopy(to, 0, jar, at, Math.min(to.length, from.length));
            }
        }
    }

    private static String encoded(String text) {
        return text.replaceAll("[\\r\\n]", "?");
    }
}
