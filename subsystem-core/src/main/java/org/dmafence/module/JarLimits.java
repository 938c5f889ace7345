package org.dmafence.module;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;

/**
 * How much a driver's jar and its siblings may take together, counted while they are read: a few kilobytes can unpack
 * to gigabytes.
 */
final class JarLimits {
    static final long MAX_BYTES = 256L << 20;
    static final int MAX_MANIFEST_BYTES = 1 << 20;
    static final int MAX_ENTRIES = 100_000;
    private static final int MAX_JARS = 256;

    /** What an entry may always unpack to. */
    private static final long FREE_BYTES = 1 << 20;

    /** Classes shrink to a half or a third; what shrinks to a thousandth is there to fill the heap. */
    private static final long MAX_RATIO = 200;

    private long bytesLeft = MAX_BYTES;
    private int entriesLeft = MAX_ENTRIES;
    private int jarsLeft = MAX_JARS;

    /** Before it is opened: its directory alone may be large. */
    void checkFile(Path jar) throws IOException, ModuleException {
        long size = Files.size(jar);
        if (size > MAX_BYTES) {
            throw tooLarge(jar, "it has " + mb(size));
        }
        if (--jarsLeft < 0) {
            throw tooLarge(jar, "it comes with more than " + MAX_JARS + " jars");
        }
    }

    /** An entry's whole content. */
    byte[] read(Path jar, ZipEntry entry, InputStream content) throws IOException, ModuleException {
        if (--entriesLeft < 0) {
            throw tooLarge(jar, "it has more than " + MAX_ENTRIES + " entries");
        }
        try (content) {
            long most = Math.max(FREE_BYTES, Math.max(0, entry.getCompressedSize()) * MAX_RATIO);
            byte[] read = content.readNBytes((int) Math.min(bytesLeft, most) + 1);
            if (read.length > most) {
                throw tooLarge(jar, "it unpacks to more than " + MAX_RATIO + " times its size at entry " + name(entry));
            }
            bytesLeft -= read.length;
            if (bytesLeft < 0) {
                throw tooLarge(jar, "it unpacks to more than " + mb(MAX_BYTES) + " at entry " + name(entry));
            }
            return read;
        }
    }

    byte[] readManifest(Path jar, ZipEntry entry, InputStream content) throws IOException, ModuleException {
        try (content) {
            byte[] read = content.readNBytes(MAX_MANIFEST_BYTES + 1);
            if (read.length > MAX_MANIFEST_BYTES) {
                throw tooLarge(jar, "its " + name(entry) + " has more than " + mb(MAX_MANIFEST_BYTES));
            }
            return read;
        }
    }

    private static ModuleException tooLarge(Path jar, String what) {
        return new ModuleException(
                jar,
                what,
                "a driver and its libraries may have " + mb(MAX_BYTES) + " and " + MAX_ENTRIES + " entries in all");
    }

    private static String name(ZipEntry entry) {
        return entry.getName().replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static String mb(long bytes) {
        return (bytes >> 20) + " MB";
    }
}
