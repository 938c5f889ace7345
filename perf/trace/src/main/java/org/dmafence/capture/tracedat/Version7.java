package org.dmafence.capture.tracedat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dmafence.capture.Data;

/** Version 7: sections, found through lists of options that are sections themselves. */
final class Version7 {
    private static final int DONE = 0;
    private static final int BUFFER = 3;
    private static final int HEADER_INFO = 16;
    private static final int FTRACE_EVENTS = 17;
    private static final int EVENT_FORMATS = 18;
    private static final int CMDLINES = 21;
    private static final int BUFFER_TEXT = 22;
    private static final int COMPRESSED = 1;
    private static final int SECTION_HEADER = 16;
    private static final int MAX_CPUS = 1 << 16;
    private static final int MAX_SECTION = 256 << 20;

    /** A section's content, unpacked unless it is a buffer. */
    private record Section(Data data, long at, boolean compressed) {}

    private final TraceDatFile file;
    private final Compression compression;
    private final List<byte[]> buffers = new ArrayList<>();

    private Version7(TraceDatFile file, Compression compression) {
        this.file = file;
        this.compression = compression;
    }

    static void read(TraceDatFile file, Cursor in) throws IOException {
        Compression compression = Compression.of(in.text());
        in.text();
        new Version7(file, compression).options(in.u64());
    }

    /** Buffers are read last: what stands in them must be known. */
    private void options(long first) throws IOException {
        Set<Long> seen = new HashSet<>();
        long next = first;
        while (next != 0 && seen.add(next)) {
            Section section = section(next, true);
            Cursor in = file.cursor(section.data, section.at);
            next = 0;
            while (next == 0 && !in.atEnd()) {
                int id = in.u16();
                byte[] bytes = in.bytes(in.u32());
                if (id == DONE) {
                    next = bytes.length >= 8 ? Numbers.unsigned(bytes, 0, 8, file.bigEndian) : 0;
                    break;
                }
                option(id, bytes);
            }
        }
        for (byte[] buffer : buffers) {
            buffer(file.cursor(Data.of(buffer, buffer.length), 0));
        }
    }

    private void option(int id, byte[] bytes) throws IOException {
        boolean section = id >= HEADER_INFO && id <= CMDLINES;
        if (id == BUFFER) {
            buffers.add(bytes);
        } else if (id == BUFFER_TEXT && bytes.length >= 8) {
            file.textAt = Numbers.unsigned(bytes, 0, 8, file.bigEndian) + SECTION_HEADER;
        } else if (!section) {
            file.option(id, bytes);
        } else if (bytes.length >= 8) {
            content(id, Numbers.unsigned(bytes, 0, 8, file.bigEndian));
        }
    }

    private void content(int id, long at) throws IOException {
        boolean wanted = id == HEADER_INFO || id == FTRACE_EVENTS || id == EVENT_FORMATS || id == CMDLINES;
        if (!wanted || at == 0) {
            return;
        }
        Section section = section(at, true);
        Cursor in = file.cursor(section.data, section.at);
        switch (id) {
            case HEADER_INFO -> file.readHeaders(in);
            case FTRACE_EVENTS -> file.readOwnFormats(in);
            case EVENT_FORMATS -> file.readFormats(in);
            default -> file.readComms(in);
        }
    }

    private Section section(long at, boolean unpack) throws IOException {
        Cursor in = file.cursor(file.data, at);
        if (at <= 0) {
            throw Cursor.damaged("a section at " + at);
        }
        in.u16();
        boolean compressed = (in.u16() & COMPRESSED) != 0;
        in.u32();
        in.u64();
        if (!compressed || !unpack) {
            return new Section(file.data, in.position(), compressed);
        }
        long packed = in.u32();
        long size = in.u32();
        if (size > MAX_SECTION) {
            throw Cursor.damaged("a section of " + size + " bytes");
        }
        byte[] bytes = compression.unpack(in.bytes(packed), (int) size);
        return new Section(Data.of(bytes, bytes.length), 0, true);
    }

    private void buffer(Cursor in) throws IOException {
        boolean compressed = section(in.u64(), false).compressed;
        String name = in.text();
        String clock = in.text();
        file.recording(name, clock);
        if (file.clock.name().isEmpty()) {
            file.clock.named(clock);
        }
        long pageSize = in.u32();
        long cpus = in.u32();
        if (cpus > MAX_CPUS || pageSize > Integer.MAX_VALUE) {
            throw Cursor.damaged("a buffer of " + cpus + " CPUs with pages of " + pageSize + " bytes");
        }
        for (long i = 0; i < cpus; i++) {
            int cpu = (int) in.u32();
            long at = in.u64();
            file.buffer(cpu, at, in.u64(), (int) pageSize, compressed ? compression : null);
        }
    }
}
