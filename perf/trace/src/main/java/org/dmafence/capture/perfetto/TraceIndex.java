package org.dmafence.capture.perfetto;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.LongArrayList;
import org.dmafence.capture.Data;

/** What the first pass finds: where each CPU's bundles lie, who the threads are, and how clocks relate. */
final class TraceIndex {
    private static final int MAX_PACKET = 256 << 20;
    private static final int MAX_THREADS = 1 << 20;
    private static final int FTRACE_EVENTS = 1;
    private static final int PROCESS_TREE = 2;
    private static final int CLOCK_SNAPSHOT = 6;
    private static final int COMPRESSED = 50;

    /** Places and lengths, in turns, of each CPU's bundles. */
    final Map<Integer, LongArrayList> bundles = new TreeMap<>();

    final EventNames names = new EventNames();
    final Int2ObjectHashMap<String> threads = new Int2ObjectHashMap<>();

    /** The first time of each clock, all of one moment. */
    final Map<Integer, Long> clocks = new HashMap<>();

    /** Whether packets are compressed, so that this index is of no use. */
    boolean compressed;

    /** Whether the file ends in a packet's middle. */
    boolean cut;

    static TraceIndex of(Data data) throws IOException {
        TraceIndex index = new TraceIndex();
        long at = 0;
        byte[] head = new byte[16];
        while (at < data.size() && !index.compressed) {
            int read = data.read(at, head, 0, head.length);
            int place = 1;
            long length = 0;
            int shift = 0;
            boolean whole = false;
            while (place < read && shift < 63) {
                byte b = head[place++];
                length |= (long) (b & 0x7f) << shift;
                shift += 7;
                if (b >= 0) {
                    whole = true;
                    break;
                }
            }
            if (!whole || head[0] != 0x0a || length < 0 || length > data.size() - at - place) {
                if (at == 0) {
                    throw WireReader.damaged("its first packet does not fit");
                }
                index.cut = true;
                break;
            }
            at += place;
            index.packet(data, at, length);
            at += length;
        }
        return index;
    }

    private void packet(Data data, long at, long length) throws IOException {
        if (length > MAX_PACKET) {
            throw WireReader.damaged("a packet of " + length + " bytes");
        }
        byte[] bytes = new byte[(int) length];
        data.read(at, bytes, 0, bytes.length);
        WireReader packet = new WireReader(bytes, 0, bytes.length);
        while (packet.next()) {
            if (packet.type != WireReader.BYTES) {
                continue;
            }
            WireReader in = new WireReader(bytes, packet.from, packet.end);
            switch (packet.field) {
                case FTRACE_EVENTS -> bundle(in, at + packet.from, packet.end - packet.from);
                case PROCESS_TREE -> threads(in);
                case CLOCK_SNAPSHOT -> clocks(in);
                case COMPRESSED -> compressed = true;
                default -> {
                    // Of other sources.
                }
            }
        }
    }

    private void bundle(WireReader in, long at, int length) throws IOException {
        int cpu = 0;
        while (in.next()) {
            if (in.field == 1) {
                cpu = (int) in.value;
            } else if (in.field == 11 && in.type == WireReader.BYTES) {
                names.describe(new WireReader(in.bytes(), in.from, in.end));
            }
        }
        LongArrayList list = bundles.computeIfAbsent(cpu, c -> new LongArrayList());
        list.addLong(at);
        list.addLong(length);
    }

    private void threads(WireReader tree) throws IOException {
        while (tree.next()) {
            if (tree.field == 2 && tree.type == WireReader.BYTES && threads.size() < MAX_THREADS) {
                WireReader thread = new WireReader(tree.bytes(), tree.from, tree.end);
                int tid = 0;
                String name = "";
                while (thread.next()) {
                    if (thread.field == 1) {
                        tid = (int) thread.value;
                    } else if (thread.field == 2) {
                        name = thread.text();
                    }
                }
                threads.put(tid, name);
            }
        }
    }

    private void clocks(WireReader snapshot) throws IOException {
        if (!clocks.isEmpty()) {
            return;
        }
        while (snapshot.next()) {
            if (snapshot.field == 1 && snapshot.type == WireReader.BYTES) {
                WireReader clock = new WireReader(snapshot.bytes(), snapshot.from, snapshot.end);
                int id = 0;
                long time = 0;
                while (clock.next()) {
                    if (clock.field == 1) {
                        id = (int) clock.value;
                    } else if (clock.field == 2) {
                        time = clock.value;
                    }
                }
                clocks.put(id, time);
            }
        }
    }
}
