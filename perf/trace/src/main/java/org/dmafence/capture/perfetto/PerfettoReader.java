package org.dmafence.capture.perfetto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.PriorityQueue;
import org.agrona.collections.LongArrayList;
import org.dmafence.capture.CaptureEvent;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureOrigin;
import org.dmafence.capture.CaptureReader;
import org.dmafence.capture.CaptureSink;
import org.dmafence.capture.CaptureSink.Note;
import org.dmafence.capture.Data;
import org.dmafence.capture.StringPool;
import org.dmafence.capture.perfetto.Bundle.Place;
import org.dmafence.capture.perfetto.EventNames.Described;
import org.jspecify.annotations.Nullable;

/** Reads the kernel's events out of a Perfetto trace, all CPUs' in the order of their times. */
public final class PerfettoReader implements CaptureReader {
    private static final String IDLE = "<idle>";
    private static final String FORGOTTEN = "<...>";
    private static final int HIGHEST_FIELD = 2000;

    /** A CPU, its current bundle, and the place in it. */
    private static final class Cpu implements Comparable<Cpu> {
        final int number;
        final LongArrayList bundles;
        int nextBundle;

        @Nullable Bundle bundle;

        int next;
        boolean lost;
        long ns;

        /** Who runs, for the compact form, which does not say who ran before. */
        int running;

        Cpu(int number, LongArrayList bundles) {
            this.number = number;
            this.bundles = bundles;
        }

        @Override
        public int compareTo(Cpu other) {
            int order = Long.compare(ns, other.ns);
            return order != 0 ? order : Integer.compare(number, other.number);
        }
    }

    private final Data data;
    private final TraceIndex index;
    private final StringPool pool;
    private final PriorityQueue<Cpu> cpus = new PriorityQueue<>();
    private final CaptureEvent event = new CaptureEvent();
    private final MessageFields message;
    private final SwitchFields switched = new SwitchFields();
    private boolean begun;
    private boolean cutTold;
    private long position;

    private PerfettoReader(Data data, TraceIndex index, StringPool pool) {
        this.data = data;
        this.index = index;
        this.pool = pool;
        message = new MessageFields(pool);
    }

    /** Whether some bytes are the beginning of such a trace: a packet that makes sense. */
    public static boolean recognises(byte[] beginning, int length) {
        if (length < 4 || beginning[0] != 0x0a) {
            return false;
        }
        try {
            WireReader file = new WireReader(beginning, 1, length);
            long packet = file.varint();
            int from = 1;
            while (beginning[from] < 0) {
                from++;
            }
            from++;
            int to = (int) Math.min(length, from + packet);
            if (packet <= 0 || from >= to || isText(beginning, from, to)) {
                return false;
            }
            WireReader in = new WireReader(beginning, from, to);
            int fields = 0;
            while (in.next()) {
                if (in.field > HIGHEST_FIELD) {
                    return false;
                }
                fields++;
            }
            boolean whole = from + packet <= length;
            boolean another = from + packet == length || from + packet > length || beginning[to] == 0x0a;
            return whole && fields > 0 && another;
        } catch (CaptureException e) {
            return startsPacket(beginning, length);
        }
    }

    /** The first packet is longer than what is there: its first field must make sense at least. */
    private static boolean startsPacket(byte[] beginning, int length) {
        int from = 1;
        while (from < length && beginning[from] < 0) {
            from++;
        }
        return from > 1 && from + 2 < length && !isText(beginning, from + 1, length);
    }

    private static boolean isText(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] >= 0 && bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /**
     * Finds where everything lies. The data is closed with the reader, and the caller's to close if it is refused.
     *
     * @throws CaptureException damaged
     */
    public static CaptureReader of(Data data, StringPool pool) throws IOException {
        TraceIndex index = TraceIndex.of(data);
        if (!index.compressed) {
            return new PerfettoReader(data, index, pool);
        }
        Data unpacked = Data.of(new Uncompressed(data));
        data.close();
        try {
            return new PerfettoReader(unpacked, TraceIndex.of(unpacked), pool);
        } catch (IOException | RuntimeException e) {
            unpacked.close();
            throw e;
        }
    }

    @Override
    public boolean advance(CaptureSink sink) throws IOException {
        if (!begun) {
            begun = true;
            index.bundles.forEach((cpu, bundles) -> {
                sink.bufferBegins(cpu);
                cpus.add(new Cpu(cpu, bundles));
            });
            for (Cpu cpu : cpus.toArray(new Cpu[0])) {
                cpus.remove(cpu);
                if (step(cpu, sink)) {
                    cpus.add(cpu);
                }
            }
        }
        Cpu cpu = cpus.poll();
        if (cpu == null) {
            if (index.cut && !cutTold) {
                cutTold = true;
                sink.note(Note.CUT, position, "the last packet is not whole", new byte[0], 0, 0);
            }
            return false;
        }
        show(cpu, sink);
        if (step(cpu, sink)) {
            cpus.add(cpu);
        }
        return true;
    }

    /** Goes to a CPU's next event; false at its end. A bundle that is damaged is left out. */
    private boolean step(Cpu cpu, CaptureSink sink) throws IOException {
        while (true) {
            Bundle bundle = cpu.bundle;
            if (bundle != null && cpu.next < bundle.places.size()) {
                cpu.ns = bundle.places.get(cpu.next).ns();
                return true;
            }
            if (cpu.nextBundle >= cpu.bundles.size()) {
                return false;
            }
            byte[] bytes = new byte[(int) cpu.bundles.getLong(cpu.nextBundle + 1)];
            data.read(cpu.bundles.getLong(cpu.nextBundle), bytes, 0, bytes.length);
            cpu.nextBundle += 2;
            cpu.next = 0;
            cpu.bundle = null;
            try {
                Bundle read = Bundle.read(bytes, index.clocks);
                cpu.bundle = read;
                cpu.lost |= read.lost;
            } catch (CaptureException e) {
                sink.note(Note.MALFORMED, position, String.valueOf(e.getMessage()), bytes, 0, 0);
            }
        }
    }

    private void show(Cpu cpu, CaptureSink sink) {
        Bundle bundle = cpu.bundle;
        if (bundle == null) {
            return;
        }
        Place place = bundle.places.get(cpu.next++);
        position++;
        if (cpu.lost) {
            cpu.lost = false;
            byte[] text = ("CPU:" + cpu.number + " [LOST EVENTS]").getBytes(StandardCharsets.UTF_8);
            sink.note(Note.LOST, position, "", text, 0, text.length);
        }
        if (place.from() < 0) {
            bundle.show(place, switched);
            switched.prevPid = cpu.running;
            int pid = cpu.running;
            if (!switched.waking) {
                cpu.running = (int) switched.pid;
                learn((int) switched.pid, switched.comm);
            }
            event.stamp(position, place.ns(), cpu.number, pid, task(pid))
                    .fields(switched.waking ? "sched_waking" : "sched_switch", switched);
        } else {
            event.stamp(position, place.ns(), cpu.number, place.pid(), task(place.pid()));
            name(bundle, place);
        }
        if (sink.event(event) == CaptureSink.Verdict.DAMAGED) {
            byte[] text = event.name().getBytes(StandardCharsets.UTF_8);
            sink.note(Note.MALFORMED, position, sink.reason(), text, 0, text.length);
        }
    }

    private void name(Bundle bundle, Place place) {
        if (bundle.isGeneric(place)) {
            message.reset(null, bundle.bytes, place.from(), place.to());
            event.fields(genericName(bundle, place), message);
            return;
        }
        Described described = index.names.get(place.number());
        message.reset(described, bundle.bytes, place.from(), place.to());
        event.fields(described == null ? "ftrace event " + place.number() : described.name(), message);
        if (described != null && described.name().equals("sched_switch")) {
            learn((int) message.number("next_pid"), message.text("next_comm"));
        }
    }

    private String genericName(Bundle bundle, Place place) {
        WireReader in = new WireReader(bundle.bytes, place.from(), place.to());
        try {
            while (in.next()) {
                if (in.field == 1 && in.type == WireReader.BYTES) {
                    return pool.get(bundle.bytes, in.from, in.end);
                }
            }
        } catch (CaptureException e) {
            // It is an event without a name then.
        }
        return "";
    }

    private void learn(int pid, String comm) {
        if (pid != 0 && !comm.isEmpty() && index.threads.size() < 1 << 20) {
            index.threads.put(pid, comm);
        }
    }

    private String task(int pid) {
        String comm = pid == 0 ? IDLE : index.threads.get(pid);
        return comm == null ? FORGOTTEN : comm;
    }

    /** Bundles of other clocks are brought to the boot clock. */
    @Override
    public CaptureOrigin origin() {
        return new CaptureOrigin("boot", "");
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}
