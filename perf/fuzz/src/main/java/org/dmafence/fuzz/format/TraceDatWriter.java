package org.dmafence.fuzz.format;

import io.airlift.compress.zstd.ZstdCompressor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;

/**
 * Writes a {@code trace.dat} of either version, byte order and size of long, as {@code trace-cmd record} lays it out.
 */
public final class TraceDatWriter {
    public static final int PAGE = 4096;
    static final int SIGNALED = 300;
    static final int JOB = 301;
    static final int OTHER = 302;

    private static final class Option {
        final int id;
        final byte[] bytes;

        Option(int id, byte[] bytes) {
            this.id = id;
            this.bytes = bytes;
        }
    }

    private final int version;
    private final boolean bigEndian;
    private final int longSize;
    private final String compression;
    private final List<Option> options = new ArrayList<>();
    private final Map<Integer, List<byte[]>> pages = new TreeMap<>();
    private final Map<Integer, List<byte[]>> instance = new TreeMap<>();

    private String mainClock = "local";
    private String instanceClock = "local";

    /**
     * An empty file.
     *
     * @param longSize of the kernel that recorded, 4 or 8
     * @param compression {@code none}, {@code zlib} or {@code zstd}; version 6 has none
     */
    public TraceDatWriter(int version, boolean bigEndian, int longSize, String compression) {
        this.version = version;
        this.bigEndian = bigEndian;
        this.longSize = longSize;
        this.compression = compression;
    }

    /** Adds an option that is a text. */
    public TraceDatWriter option(int id, String text) {
        options.add(new Option(id, (text + "\0").getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** Adds an option. */
    public TraceDatWriter option(int id, ByteWriter bytes) {
        options.add(new Option(id, bytes.bytes()));
        return this;
    }

    /** For the content of an option. */
    public ByteWriter bytes() {
        return new ByteWriter(bigEndian);
    }

    /** An empty page that begins at a time. */
    public RingPage page(long startNs) {
        return new RingPage(startNs, bigEndian, longSize);
    }

    /** Adds pages of a CPU. */
    public TraceDatWriter cpu(int cpu, RingPage... of) {
        for (RingPage page : of) {
            pages.computeIfAbsent(cpu, c -> new ArrayList<>()).add(page.bytes());
        }
        return this;
    }

    /** A page of a second buffer. */
    public TraceDatWriter instance(int cpu, RingPage page) {
        instance.computeIfAbsent(cpu, c -> new ArrayList<>()).add(page.bytes());
        return this;
    }

    /** Which clocks version 7 says that the two buffers have. */
    public TraceDatWriter clocks(String ofMain, String ofInstance) {
        mainClock = ofMain;
        instanceClock = ofInstance;
        return this;
    }

    /** The file. */
    public byte[] write() {
        return version == 6 ? six() : seven();
    }

    private ByteWriter start() {
        return new ByteWriter(bigEndian)
                .raw(new byte[] {0x17, 0x08, 0x44})
                .text("tracing" + version + "\0")
                .number(bigEndian ? 1 : 0, 1)
                .number(longSize, 1)
                .number(PAGE, 4);
    }

    private ByteWriter headers() {
        String page = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
                + "\tfield: local_t commit;\toffset:8;\tsize:" + longSize + ";\tsigned:1;\n"
                + "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
                + "\tfield: char data;\toffset:" + (8 + longSize) + ";\tsize:4080;\tsigned:1;\n";
        String event = "# compressed entry header\n";
        return new ByteWriter(bigEndian)
                .text("header_page\0")
                .number(page.length(), 8)
                .text(page)
                .text("header_event\0")
                .number(event.length(), 8)
                .text(event);
    }

    private ByteWriter ownFormats() {
        return new ByteWriter(bigEndian).number(0, 4);
    }

    private ByteWriter formats() {
        String signaled = format("dma_fence_signaled", SIGNALED)
                + "\tfield:__data_loc char[] driver;\toffset:8;\tsize:4;\tsigned:0;\n"
                + "\tfield:__data_loc char[] timeline;\toffset:12;\tsize:4;\tsigned:0;\n"
                + "\tfield:unsigned int context;\toffset:16;\tsize:4;\tsigned:0;\n"
                + "\tfield:unsigned int seqno;\toffset:20;\tsize:4;\tsigned:0;\n\nprint fmt: \"x\"\n";
        String job = format("amdgpu_cs_ioctl", JOB)
                + "\tfield:uint64_t sched_job_id;\toffset:8;\tsize:8;\tsigned:0;\n"
                + "\tfield:__data_loc char[] timeline;\toffset:16;\tsize:4;\tsigned:0;\n"
                + "\tfield:unsigned int context;\toffset:20;\tsize:4;\tsigned:0;\n"
                + "\tfield:unsigned int seqno;\toffset:24;\tsize:4;\tsigned:0;\n"
                + "\tfield:char * ring_name;\toffset:32;\tsize:" + longSize + ";\tsigned:0;\n"
                + "\tfield:u32 num_ibs;\toffset:" + (32 + longSize) + ";\tsize:4;\tsigned:0;\n\nprint fmt: \"x\"\n";
        String other = format("other_event", OTHER) + "\nprint fmt: \"x\"\n";
        ByteWriter bytes =
                new ByteWriter(bigEndian).number(2, 4).text("dma_fence\0").number(1, 4);
        bytes.number(signaled.length(), 8).text(signaled).text("amdgpu\0").number(2, 4);
        return bytes.number(job.length(), 8).text(job).number(other.length(), 8).text(other);
    }

    private static String format(String name, int id) {
        return "name: " + name + "\nID: " + id + "\nformat:\n"
                + "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
                + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
                + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
                + "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";
    }

    private ByteWriter comms() {
        String comms = "1 init\n77 RenderThread\n78 Web Content\n";
        return new ByteWriter(bigEndian).number(comms.length(), 8).text(comms);
    }

    private byte[] six() {
        ByteWriter file = start().raw(headers().bytes())
                .raw(ownFormats().bytes())
                .raw(formats().bytes());
        file.number(4, 4).text("abcd").number(0, 4).raw(comms().bytes());
        int cpus = Math.max(last(pages), last(instance)) + 1;
        file.number(cpus, 4);
        int optionBytes = options.stream().mapToInt(o -> 6 + o.bytes.length).sum() + (instance.isEmpty() ? 0 : 6 + 13);
        int table = 10 + 16 * cpus;
        int afterTop = file.size() + 10 + optionBytes + 2 + table;
        int dataAt = (afterTop + (instance.isEmpty() ? 0 : table) + PAGE - 1) / PAGE * PAGE;
        file.text("options  \0");
        options.forEach(o -> file.number(o.id, 2).number(o.bytes.length, 4).raw(o.bytes));
        if (!instance.isEmpty()) {
            file.number(3, 2).number(13, 4).number(afterTop, 8).text("inst\0");
        }
        file.number(0, 2);
        int next = table(file, pages, cpus, dataAt);
        if (!instance.isEmpty()) {
            table(file, instance, cpus, next);
        }
        file.pad(PAGE);
        pages.values().forEach(list -> list.forEach(file::raw));
        instance.values().forEach(list -> list.forEach(file::raw));
        return file.bytes();
    }

    private int table(ByteWriter file, Map<Integer, List<byte[]>> of, int cpus, int dataAt) {
        file.text("flyrecord\0");
        int at = dataAt;
        for (int cpu = 0; cpu < cpus; cpu++) {
            int size = of.getOrDefault(cpu, List.of()).size() * PAGE;
            file.number(at, 8).number(size, 8);
            at += size;
        }
        return at;
    }

    private static int last(Map<Integer, List<byte[]>> of) {
        return of.keySet().stream().mapToInt(cpu -> cpu).max().orElse(0);
    }

    private byte[] seven() {
        ByteWriter file = start().text(compression + "\0" + "1\0");
        int firstOptions = file.size();
        file.number(0, 8);
        ByteWriter second = new ByteWriter(bigEndian);
        section(file, second, 16, headers());
        section(file, second, 17, ownFormats());
        section(file, second, 18, formats());
        section(file, second, 21, comms());
        buffer(file, second, "", mainClock, pages);
        if (!instance.isEmpty()) {
            buffer(file, second, "inst", instanceClock, instance);
        }
        second.number(0, 2).number(8, 4).number(0, 8);
        int secondAt = file.size();
        sectionHeader(file, 0, false, second.size()).raw(second.bytes());
        int firstAt = file.size();
        ByteWriter first = new ByteWriter(bigEndian);
        options.forEach(o -> first.number(o.id, 2).number(o.bytes.length, 4).raw(o.bytes));
        first.number(0, 2).number(8, 4).number(secondAt, 8);
        sectionHeader(file, 0, false, first.size()).raw(first.bytes());
        byte[] bytes = file.bytes();
        byte[] place = new ByteWriter(bigEndian).number(firstAt, 8).bytes();
        System.arraycopy(place, 0, bytes, firstOptions, 8);
        return bytes;
    }

    private ByteWriter sectionHeader(ByteWriter file, int id, boolean compressed, long size) {
        return file.number(id, 2).number(compressed ? 1 : 0, 2).number(0, 4).number(size, 8);
    }

    private void section(ByteWriter file, ByteWriter list, int id, ByteWriter content) {
        list.number(id, 2).number(8, 4).number(file.size(), 8);
        if (compression.equals("none")) {
            sectionHeader(file, id, false, content.size()).raw(content.bytes());
            return;
        }
        byte[] packed = pack(content.bytes());
        sectionHeader(file, id, true, packed.length + 8L)
                .number(packed.length, 4)
                .number(content.size(), 4)
                .raw(packed);
    }

    private void buffer(ByteWriter file, ByteWriter list, String name, String clock, Map<Integer, List<byte[]>> of) {
        boolean compressed = !compression.equals("none");
        ByteWriter option = new ByteWriter(bigEndian).number(file.size(), 8).text(name + "\0" + clock + "\0");
        option.number(PAGE, 4).number(of.size(), 4);
        sectionHeader(file, 3, compressed, 0);
        if (!compressed) {
            file.pad(PAGE);
        }
        of.forEach((cpu, list0) -> {
            int at = file.size();
            if (compressed) {
                file.number(list0.size(), 4);
                for (byte[] page : list0) {
                    byte[] packed = pack(page);
                    file.number(packed.length, 4).number(page.length, 4).raw(packed);
                }
            } else {
                list0.forEach(file::raw);
            }
            option.number(cpu, 4).number(at, 8).number(file.size() - at, 8);
        });
        list.number(3, 2).number(option.size(), 4).raw(option.bytes());
    }

    private byte[] pack(byte[] bytes) {
        if (compression.equals("zlib")) {
            Deflater deflater = new Deflater();
            deflater.setInput(bytes);
            deflater.finish();
            byte[] packed = new byte[bytes.length + 100];
            int length = deflater.deflate(packed);
            deflater.end();
            return Arrays.copyOf(packed, length);
        }
        ZstdCompressor compressor = new ZstdCompressor();
        byte[] packed = new byte[compressor.maxCompressedLength(bytes.length)];
        int length = compressor.compress(bytes, 0, bytes.length, packed, 0, packed.length);
        return Arrays.copyOf(packed, length);
    }
}
