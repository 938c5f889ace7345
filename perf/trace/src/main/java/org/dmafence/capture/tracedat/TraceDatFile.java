package org.dmafence.capture.tracedat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.Data;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a file beside the events: how they look, who the tasks are, which clock, and where the CPUs' buffers
 * lie.
 */
final class TraceDatFile {
    private static final String TRACING = "\u0017\bDtracing";
    private static final int MAX_PAGE = 1 << 20;

    /** Room for a page of each CPU of the largest machines. */
    private static final long MAX_PAGES = 64 << 20;

    private static final int MAX_FORMATS = 1 << 20;
    private static final int MAX_FORMAT = 1 << 20;

    final Data data;
    final boolean bigEndian;
    final int longSize;
    final int pageSize;
    final int version;
    PageLayout layout;
    final Int2ObjectHashMap<EventFormat> formats = new Int2ObjectHashMap<>();
    final Int2ObjectHashMap<String> comms = new Int2ObjectHashMap<>();
    final Clock clock = new Clock();

    /** As uname prints it; empty if the file does not tell. */
    String kernel = "";

    final List<CpuBuffer> buffers = new ArrayList<>();

    /** Whose buffers they are; several recordings may lie in one file. */
    private Recording recording = new Recording("", "");

    private long pagesSize;

    /** Where the rest of the file is text of a latency tracer; -1 if it is not. */
    long textAt = -1;

    private TraceDatFile(Data data, int version, boolean bigEndian, int longSize, int pageSize) {
        this.data = data;
        this.version = version;
        this.bigEndian = bigEndian;
        this.longSize = longSize;
        this.pageSize = pageSize;
        layout = PageLayout.of("", longSize);
    }

    /** Whether some bytes are the beginning of such a file. */
    static boolean isTraceDat(byte[] beginning, int length) {
        return length >= TRACING.length()
                && new String(beginning, 0, TRACING.length(), StandardCharsets.ISO_8859_1).equals(TRACING);
    }

    static TraceDatFile read(Data data) throws IOException {
        Cursor start = new Cursor(data, 0, false);
        start.expect(TRACING);
        String version = start.text();
        boolean bigEndian = start.u8() != 0;
        int longSize = start.u8();
        Cursor cursor = new Cursor(data, start.position(), bigEndian);
        long pageSize = cursor.u32();
        if (pageSize < 64 || pageSize > MAX_PAGE) {
            throw Cursor.damaged("a page of " + pageSize + " bytes");
        }
        if (!version.equals("6") && !version.equals("7")) {
            throw new CaptureException(
                    CaptureException.Problem.DAMAGED,
                    "is a trace.dat of version " + version + ", and only 6 and 7 can be read",
                    "convert it: trace-cmd convert --file-version 7 -i trace.dat -o other.dat");
        }
        TraceDatFile file =
                new TraceDatFile(data, version.charAt(0) - '0', bigEndian, longSize == 4 ? 4 : 8, (int) pageSize);
        if (file.version == 6) {
            Version6.read(file, cursor);
        } else {
            Version7.read(file, cursor);
        }
        return file;
    }

    /** What is added from here on is another's. */
    void recording(String name, String clockName) {
        recording = new Recording(name, clockName);
    }

    Cursor cursor(Data of, long at) {
        return new Cursor(of, at, bigEndian);
    }

    /** How pages and records begin. */
    void readHeaders(Cursor in) throws IOException {
        in.expect("header_page\0");
        String page = new String(in.bytes(in.u64()), StandardCharsets.UTF_8);
        in.expect("header_event\0");
        in.skip(in.u64());
        layout = PageLayout.of(page, longSize);
    }

    /** The events of ftrace itself. */
    void readOwnFormats(Cursor in) throws IOException {
        long count = in.u32();
        for (long i = 0; i < count; i++) {
            readFormat(in);
        }
    }

    /** The events of all systems. */
    void readFormats(Cursor in) throws IOException {
        long systems = in.u32();
        for (long i = 0; i < systems; i++) {
            in.text();
            long count = in.u32();
            for (long j = 0; j < count; j++) {
                readFormat(in);
            }
        }
    }

    private void readFormat(Cursor in) throws IOException {
        long size = in.u64();
        if (size < 0 || size > MAX_FORMAT || formats.size() >= MAX_FORMATS) {
            throw Cursor.damaged("an event's format of " + Long.toUnsignedString(size) + " bytes");
        }
        EventFormat format = EventFormat.parse(new String(in.bytes(size), StandardCharsets.UTF_8));
        if (format != null) {
            formats.put(format.id, format);
        }
    }

    /** {@code pid comm}, a line each. */
    void readComms(Cursor in) throws IOException {
        byte[] bytes = in.bytes(in.u64());
        int from = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == '\n') {
                comm(new String(bytes, from, i - from, StandardCharsets.UTF_8));
                from = i + 1;
            }
        }
    }

    private void comm(String line) {
        int blank = line.indexOf(' ', 1);
        if (blank > 0 && blank < 11) {
            try {
                comms.put(Integer.parseInt(line.substring(0, blank).strip()), line.substring(blank + 1));
            } catch (NumberFormatException e) {
                // Not a task's line; the task is called <...> then.
            }
        }
    }

    /** An option; those that are not understood, or do not look as they should, are skipped. */
    void option(int id, byte[] bytes) throws IOException {
        Cursor in = cursor(Data.of(bytes, bytes.length), 0);
        try {
            switch (id) {
                case 1 -> clock.date(text(bytes));
                case 4 -> clock.named(text(bytes));
                case 5 -> kernel = text(bytes).strip();
                case 7 -> clock.offset(text(bytes));
                case 12 -> clock.shift(in);
                case 14 -> clock.cycles(in);
                default -> {
                    // Whatever it says, the events can be read without it.
                }
            }
        } catch (CaptureException e) {
            // An option of another tool with the same number.
        }
    }

    private static String text(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** Adds a CPU's buffer if it makes sense. */
    void buffer(int cpu, long at, long size, int bufferPage, @Nullable Compression compression) throws IOException {
        if (size == 0) {
            return;
        }
        if (at <= 0
                || size < 0
                || at >= data.size()
                || bufferPage < 64
                || bufferPage > MAX_PAGE
                || !layout.fits(bufferPage)) {
            throw Cursor.damaged("CPU " + cpu + "'s buffer lies outside of it");
        }
        pagesSize += bufferPage;
        if (pagesSize > Math.max(MAX_PAGES, data.size())) {
            throw Cursor.damaged("it has too many buffers for its size");
        }
        PageSource pages = compression == null
                ? new PlainPages(data, at, size, bufferPage)
                : new ChunkedPages(data, at, compression, bigEndian);
        buffers.add(new CpuBuffer(cpu, recording, size, pages, layout, bufferPage, bigEndian));
    }
}
