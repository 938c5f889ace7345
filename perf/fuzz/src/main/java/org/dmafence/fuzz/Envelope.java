package org.dmafence.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/**
 * Leaves the text as it is and changes what is around it: another encoding, line ends, compression, half of it, nothing
 * of it.
 */
final class Envelope implements Mutator {
    private static final int BOMB = 1 << 24;
    private static final int LONG = 1 << 20;

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        return switch (random.nextInt(16)) {
            case 0 -> marked(seed, StandardCharsets.UTF_16LE, 0xff, 0xfe);
            case 1 -> marked(seed, StandardCharsets.UTF_16BE, 0xfe, 0xff);
            case 2 -> marked(seed, StandardCharsets.UTF_8, 0xef, 0xbb, 0xbf);
            case 3 -> text(seed).replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            case 4 -> text(seed).replace("\n", "\r").getBytes(StandardCharsets.ISO_8859_1);
            case 5 -> Arrays.copyOf(seed, random.nextInt(seed.length + 1));
            case 6 -> new byte[random.nextInt(1 << random.nextInt(16))];
            case 7 -> Bytes.join(seed, 0, seed.length, new byte[0], other, 0, other.length);
            case 8 -> gzip(seed);
            case 9 -> {
                byte[] whole = gzip(seed);
                yield Arrays.copyOf(whole, random.nextInt(whole.length));
            }
            case 10 -> new Bytes().mutate(gzip(seed), gzip(other), random);
            case 11 -> gzip(gzip(seed));
            case 12 -> random.nextInt(64) == 0 ? gzip(new byte[BOMB]) : gzip(repeated(seed, random));
            case 13 -> random.nextInt(16) == 0 ? line(seed, random) : seed;
            case 14 -> random.nextInt(8) == 0 ? repeated(seed, random) : seed;
            default -> noise(random);
        };
    }

    private static String text(byte[] seed) {
        return new String(seed, StandardCharsets.ISO_8859_1);
    }

    private static byte[] marked(byte[] seed, Charset charset, int... mark) {
        ByteArrayOutputStream marked = new ByteArrayOutputStream();
        for (int b : mark) {
            marked.write(b);
        }
        marked.writeBytes(text(seed).getBytes(charset));
        return marked.toByteArray();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return zipped.toByteArray();
    }

    /** A line without an end, behind the first part. */
    private static byte[] line(byte[] seed, SplittableRandom random) {
        byte[] line = new byte[LONG + random.nextInt(LONG)];
        Arrays.fill(line, (byte) (random.nextBoolean() ? 'x' : ' '));
        int at = random.nextInt(seed.length + 1);
        return Bytes.join(seed, 0, at, line, seed, at, seed.length);
    }

    private static byte[] repeated(byte[] seed, SplittableRandom random) {
        ByteArrayOutputStream repeated = new ByteArrayOutputStream();
        for (int i = random.nextInt(64); i >= 0; i--) {
            repeated.writeBytes(seed);
        }
        return repeated.toByteArray();
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] noise = new byte[random.nextInt(1 << random.nextInt(12))];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) random.nextInt(256);
        }
        return noise;
    }
}
