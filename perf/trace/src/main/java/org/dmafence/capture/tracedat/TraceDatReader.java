package org.dmafence.capture.tracedat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.dmafence.capture.CaptureEvent;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureOrigin;
import org.dmafence.capture.CaptureReader;
import org.dmafence.capture.CaptureSink;
import org.dmafence.capture.CaptureSink.Note;
import org.dmafence.capture.Data;
import org.dmafence.capture.StringPool;
import org.dmafence.capture.text.TextReader;
import org.dmafence.capture.tracedat.EventFormat.Field;
import org.jspecify.annotations.Nullable;

/** Reads the events of all CPUs of a {@code trace.dat} in the order of their times. */
public final class TraceDatReader implements CaptureReader {
    private static final String IDLE = "<idle>";
    private static final String FORGOTTEN = "<...>";

    /** A CPU and its record that comes next. */
    private static final class Head implements Comparable<Head> {
        final CpuBuffer buffer;
        long ns;

        Head(CpuBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public int compareTo(Head other) {
            int order = Long.compare(ns, other.ns);
            return order != 0 ? order : Integer.compare(buffer.cpu, other.buffer.cpu);
        }
    }

    private final Data data;
    private final TraceDatFile file;
    private final PriorityQueue<Head> heads = new PriorityQueue<>();
    private final CaptureEvent event = new CaptureEvent();
    private final @Nullable RecordFields fields;
    private @Nullable Head current;
    private boolean begun;
    private long position;

    private TraceDatReader(Data data, TraceDatFile file, StringPool pool) {
        this.data = data;
        this.file = file;
        fields = file.formats.isEmpty()
                ? null
                : new RecordFields(
                        pool, file.bigEndian, file.formats.values().iterator().next());
    }

    /** Whether some bytes are the beginning of such a file. */
    public static boolean recognises(byte[] beginning, int length) {
        return TraceDatFile.isTraceDat(beginning, length);
    }

    /**
     * Reads what stands before the events. The data is closed with the reader, and the caller's to close if it is
     * refused.
     *
     * @throws CaptureException damaged, or of a kind that can't be read
     */
    public static CaptureReader of(Data data, StringPool pool) throws IOException {
        TraceDatFile file = TraceDatFile.read(data);
        if (file.textAt >= 0 && file.buffers.isEmpty()) {
            byte[] text = new Cursor(data, file.textAt, file.bigEndian).bytes(data.size() - file.textAt);
            data.close();
            return TextReader.of(new ByteArrayInputStream(text), pool);
        }
        return new TraceDatReader(data, file, pool);
    }

    @Override
    public boolean advance(CaptureSink sink) throws IOException {
        if (!begun) {
            begun = true;
            List<Recording> others = new ArrayList<>();
            List<CpuBuffer> buffers = Recording.ofOneClock(file.buffers, others);
            for (Recording other : others) {
                note(sink, Note.LOST, "left out, as its times can't be compared: " + other.described());
            }
            for (CpuBuffer buffer : buffers) {
                sink.bufferBegins(buffer.cpu);
                Head head = new Head(buffer);
                if (step(head, sink)) {
                    heads.add(head);
                }
            }
        }
        Head head = current;
        if (head == null) {
            head = heads.poll();
            if (head == null) {
                return false;
            }
        }
        show(head, sink);
        current = null;
        if (step(head, sink)) {
            Head other = heads.peek();
            if (other == null || head.compareTo(other) <= 0) {
                current = head; // CPUs have long runs of their own
            } else {
                heads.add(head);
            }
        }
        return true;
    }

    /** Goes to a CPU's next record. What is damaged ends that CPU, not the others. */
    private boolean step(Head head, CaptureSink sink) throws IOException {
        boolean more;
        try {
            more = head.buffer.next();
        } catch (CaptureException e) {
            note(sink, Note.CUT, e.getMessage() + ", CPU " + head.buffer.cpu);
            return false;
        }
        if (head.buffer.damaged) {
            note(sink, Note.MALFORMED, "a page of CPU " + head.buffer.cpu + " is damaged");
        }
        if (more) {
            head.ns = file.clock.ns(head.buffer.time, head.buffer.cpu);
        }
        return more;
    }

    private void show(Head head, CaptureSink sink) {
        CpuBuffer buffer = head.buffer;
        position++;
        if (buffer.lost != 0) {
            String count = buffer.lost < 0 ? "" : Long.toUnsignedString(buffer.lost) + " ";
            byte[] text = ("CPU:" + buffer.cpu + " [LOST " + count + "EVENTS]").getBytes(StandardCharsets.UTF_8);
            sink.note(Note.LOST, position, "", text, 0, text.length);
        }
        RecordFields record = fields;
        int type = buffer.length < 2 ? -1 : (int) Numbers.unsigned(buffer.page, buffer.from, 2, file.bigEndian);
        EventFormat format = type < 0 ? null : file.formats.get(type);
        if (record == null || format == null) {
            event.stamp(position, head.ns, buffer.cpu, 0, "").text("event " + type, buffer.page, 0, 0);
            sink.event(event);
            return;
        }
        record.reset(format, buffer.page, buffer.from, buffer.length);
        Field pidField = format.field("common_pid");
        int pid = pidField == null ? 0 : (int) record.number(pidField);
        event.stamp(position, head.ns, buffer.cpu, pid, task(pid)).fields(format.name, record);
        if (sink.event(event) == CaptureSink.Verdict.DAMAGED) {
            note(sink, Note.MALFORMED, format.name + ": " + sink.reason());
        }
    }

    private String task(int pid) {
        String comm = pid == 0 ? IDLE : file.comms.get(pid);
        return comm == null ? FORGOTTEN : comm;
    }

    private void note(CaptureSink sink, Note note, String reason) {
        sink.note(note, position, reason, new byte[0], 0, 0);
    }

    @Override
    public CaptureOrigin origin() {
        return new CaptureOrigin(file.clock.name(), file.kernel);
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
