package org.dmafence.capture.tracedat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Version 6: everything in a fixed order. */
final class Version6 {
    private static final int BUFFER = 3;

    /** Behind a buffer's option: it has another number of CPUs than the main one. An old tool used it otherwise. */
    private static final int CPU_COUNT = 8;

    private static final int MAX_CPUS = 1 << 16;

    /** A buffer beside the main one; 0 CPUs are as many as that has. */
    private record Instance(long at, String name, long cpus) {}

    private Version6() {}

    static void read(TraceDatFile file, Cursor in) throws IOException {
        file.readHeaders(in);
        file.readOwnFormats(in);
        file.readFormats(in);
        in.skip(in.u32()); // the kernel's symbols
        in.skip(in.u32()); // the formats of trace_printk
        file.readComms(in);
        long cpus = in.u32();
        if (cpus > MAX_CPUS) {
            throw Cursor.damaged("it has " + cpus + " CPUs");
        }
        List<Instance> instances = new ArrayList<>();
        String next = word(in);
        if (next.equals("options")) {
            options(file, in, instances);
            next = word(in);
        }
        buffers(file, in, next, cpus);
        for (Instance instance : instances) {
            Cursor at = file.cursor(file.data, instance.at);
            file.recording(instance.name, "");
            buffers(file, at, word(at), instance.cpus == 0 ? cpus : instance.cpus);
        }
    }

    private static String word(Cursor in) throws IOException {
        String word = new String(in.bytes(10), StandardCharsets.ISO_8859_1);
        int zero = word.indexOf('\0');
        return (zero < 0 ? word : word.substring(0, zero)).strip();
    }

    private static void options(TraceDatFile file, Cursor in, List<Instance> instances) throws IOException {
        for (int id = in.u16(); id != 0; id = in.u16()) {
            byte[] bytes = in.bytes(in.u32());
            if (id == BUFFER && bytes.length >= 8) {
                String name = new String(bytes, 8, bytes.length - 8, StandardCharsets.UTF_8);
                long at = Numbers.unsigned(bytes, 0, 8, file.bigEndian);
                instances.add(new Instance(at, name.replace("\0", ""), 0));
            } else if (id == CPU_COUNT && bytes.length == 4 && !instances.isEmpty()) {
                Instance last = instances.remove(instances.size() - 1);
                long count = Numbers.unsigned(bytes, 0, 4, file.bigEndian);
                instances.add(new Instance(last.at, last.name, count > MAX_CPUS ? 0 : count));
            } else {
                file.option(id, bytes);
            }
        }
    }

    private static void buffers(TraceDatFile file, Cursor in, String kind, long cpus) throws IOException {
        if (kind.equals("latency")) {
            file.textAt = in.position();
            return;
        }
        if (!kind.equals("flyrecord")) {
            throw Cursor.damaged("\"" + kind + "\" stands where the buffers should");
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            long at = in.u64();
            long size = in.u64();
            file.buffer(cpu, at, size, file.pageSize, null);
        }
    }
}
