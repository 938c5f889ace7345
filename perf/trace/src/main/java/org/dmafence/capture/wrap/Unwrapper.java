package org.dmafence.capture.wrap;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** Takes off what a capture is packed in. */
public final class Unwrapper {
    private static final int MAX_LAYERS = 4;
    private static final int BUFFER = 64 * 1024;
    private static final int MAX_ENTRIES = 10_000;
    private static final int MAX_NAMED = 5;

    /** A dictionary of 64 MiB is xz's largest preset. */
    private static final int XZ_MEMORY_KIB = 96 * 1024;

    private static final byte[] GZIP = {0x1f, (byte) 0x8b};
    private static final byte[] ZIP = {'P', 'K', 3, 4};
    private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
    private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

    /** Says of the beginning of some bytes whether it may be a capture's, to find it among an archive's files. */
    public interface Recogniser {
        boolean isCapture(byte[] beginning, int length);
    }

    /**
     * What is inside.
     *
     * @param stream the innermost bytes
     * @param packing what they were packed in last; empty if in nothing
     */
    public record Content(InputStream stream, String packing) {}

    private Unwrapper() {}

    /**
     * Takes off all there is. Closing the content's stream closes the one given.
     *
     * @throws CaptureException packed too often, or an archive without a capture
     */
    public static Content unwrap(InputStream stream, Recogniser recogniser) throws IOException {
        InputStream in = stream;
        String packing = "";
        for (int layer = 0; ; layer++) {
            BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
            String found = packing(buffered);
            if (found.isEmpty()) {
                return new Content(buffered, packing);
            }
            if (layer == MAX_LAYERS) {
                throw new CaptureException(
                        Problem.DAMAGED, "is packed more than " + MAX_LAYERS + " times over", "unpack it yourself");
            }
            packing = found;
            in = open(buffered, found, recogniser);
        }
    }

    /** The packing of what a buffer begins with; empty if there is none. */
    private static String packing(BufferedInputStream in) throws IOException {
        in.mark(16);
        byte[] magic;
        try {
            magic = in.readNBytes(6);
        } catch (EOFException e) {
            magic = new byte[0]; // whoever reads the content meets it again
        }
        in.reset();
        return isPacked(magic, magic.length);
    }

    private static String isPacked(byte[] bytes, int length) {
        return begins(bytes, length, GZIP)
                ? "gzip"
                : begins(bytes, length, ZIP)
                        ? "zip"
                        : begins(bytes, length, XZ) ? "xz" : begins(bytes, length, ZSTD) ? "zstd" : "";
    }

    private static boolean begins(byte[] bytes, int length, byte[] magic) {
        if (length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (bytes[i] != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static InputStream open(InputStream in, String packing, Recogniser recogniser) throws IOException {
        Counted packed = new Counted(in);
        return switch (packing) {
            case "gzip" -> new Guarded(new GZIPInputStream(packed, BUFFER), packed);
            case "xz" -> new Guarded(new XZInputStream(packed, XZ_MEMORY_KIB), packed);
            case "zstd" -> new Guarded(new ZstdInputStream(packed), packed);
            default -> entry(new ZipInputStream(packed), packed, recogniser);
        };
    }

    /** The first file of an archive that begins like a capture, or its only one. */
    private static InputStream entry(ZipInputStream zip, Counted packed, Recogniser recogniser) throws IOException {
        List<String> names = new ArrayList<>();
        int files = 0;
        ZipEntry entry;
        while ((entry = next(zip)) != null && files < MAX_ENTRIES) {
            if (entry.isDirectory()) {
                continue;
            }
            files++;
            if (names.size() < MAX_NAMED) {
                names.add(entry.getName());
            }
            InputStream content = new Guarded(zip, packed);
            byte[] beginning = beginning(content);
            boolean wanted = !isPacked(beginning, beginning.length).isEmpty()
                    || recogniser.isCapture(beginning, beginning.length);
            if (wanted) {
                return new SequenceInputStream(new ByteArrayInputStream(beginning), content);
            }
        }
        String what = files == 0
                ? "is an archive without a file"
                : "is an archive without a capture: " + String.join(", ", names) + (files > MAX_NAMED ? ", …" : "");
        throw new CaptureException(Problem.NOT_A_CAPTURE, what, "");
    }

    private static @Nullable ZipEntry next(ZipInputStream zip) throws IOException {
        try {
            return zip.getNextEntry();
        } catch (IllegalArgumentException e) { // a name that is no text
            throw new CaptureException(
                    Problem.DAMAGED, "is a damaged archive: " + e.getMessage(), "unpack it yourself");
        }
    }

    private static byte[] beginning(InputStream content) throws IOException {
        byte[] bytes = new byte[BUFFER];
        int length = 0;
        try {
            int read;
            while (length < bytes.length && (read = content.read(bytes, length, bytes.length - length)) >= 0) {
                length += read;
            }
        } catch (EOFException e) {
            // The archive is cut: what came is judged, and the reader meets the end again.
        }
        return Arrays.copyOf(bytes, length);
    }
}
