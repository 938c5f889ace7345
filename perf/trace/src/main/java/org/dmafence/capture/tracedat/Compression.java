package org.dmafence.capture.tracedat;

import io.airlift.compress.zstd.ZstdDecompressor;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;
import org.dmafence.capture.Expansion;

/** How a version 7 file is compressed. */
enum Compression {
    NONE,
    ZLIB,
    ZSTD;

    private static final int HARMLESS = 1 << 20;

    static Compression of(String name) throws CaptureException {
        return switch (name) {
            case "none" -> NONE;
            case "zlib" -> ZLIB;
            case "zstd" -> ZSTD;
            default ->
                throw new CaptureException(
                        Problem.DAMAGED,
                        "is a trace.dat compressed with \"" + name + "\", which can't be read",
                        "convert it: trace-cmd convert --compression none -i trace.dat -o plain.dat");
        };
    }

    /**
     * Unpacks to exactly so many bytes; a size that no capture is packed from is refused before there is room for it.
     */
    byte[] unpack(byte[] packed, int size) throws CaptureException {
        if (Expansion.isBomb(size, packed.length, HARMLESS)) {
            throw Cursor.damaged("a piece of " + packed.length + " bytes that would unpack to " + size);
        }
        byte[] unpacked = new byte[size];
        int length;
        switch (this) {
            case NONE -> {
                length = Math.min(size, packed.length);
                System.arraycopy(packed, 0, unpacked, 0, length);
            }
            case ZLIB -> length = inflate(packed, unpacked);
            default -> length = zstd(packed, unpacked);
        }
        if (length != size) {
            throw Cursor.damaged("a piece of " + size + " bytes unpacks to " + length);
        }
        return unpacked;
    }

    private static int inflate(byte[] packed, byte[] unpacked) throws CaptureException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            int length = 0;
            while (length < unpacked.length) {
                int more = inflater.inflate(unpacked, length, unpacked.length - length);
                if (more == 0) {
                    break;
                }
                length += more;
            }
            return length;
        } catch (DataFormatException e) {
            throw Cursor.damaged("a piece that does not unpack: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    private static int zstd(byte[] packed, byte[] unpacked) throws CaptureException {
        try {
            return new ZstdDecompressor().decompress(packed, 0, packed.length, unpacked, 0, unpacked.length);
        } catch (RuntimeException e) { // the library's own, on any damage
            throw Cursor.damaged("a piece that does not unpack: " + e.getMessage());
        }
    }
}
