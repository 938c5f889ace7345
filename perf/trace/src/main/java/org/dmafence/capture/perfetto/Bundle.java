package org.dmafence.capture.perfetto;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.dmafence.capture.CaptureException;
import org.jspecify.annotations.Nullable;

/** One bundle in memory: its events in the order of their times. */
final class Bundle {
    /** An event's place: in the bytes, or in the compact lists where {@code from} is negative. */
    record Place(long ns, int pid, int number, int from, int to, boolean waking, int index) {}

    private static final int GENERIC = 327;
    private static final int MONO_RAW = 4;
    private static final int SNAPSHOT_MONO_RAW = 5;
    private static final int SNAPSHOT_BOOT = 6;

    final byte[] bytes;
    final List<Place> places = new ArrayList<>();
    private @Nullable CompactSched compact;
    boolean lost;
    private int clock;
    private long clockNs;
    private long bootNs;

    private Bundle(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @param clocks times of the clocks at one moment, for a bundle that does not tell itself */
    static Bundle read(byte[] bytes, Map<Integer, Long> clocks) throws CaptureException {
        Bundle bundle = new Bundle(bytes);
        WireReader in = new WireReader(bytes, 0, bytes.length);
        while (in.next()) {
            switch (in.field) {
                case 2 -> bundle.event(in.from, in.end, in.type);
                case 3 -> bundle.lost = in.value != 0;
                case 4 -> bundle.compact = CompactSched.read(new WireReader(bytes, in.from, in.end));
                case 5 -> bundle.clock = (int) in.value;
                case 6 -> bundle.clockNs = in.value;
                case 7 -> bundle.bootNs = in.value;
                default -> {
                    // Who recorded it, and how.
                }
            }
        }
        bundle.compacted();
        bundle.places.sort(Comparator.comparingLong(Place::ns));
        long shift = bundle.shift(clocks);
        if (shift != 0) {
            bundle.places.replaceAll(p -> new Place(p.ns + shift, p.pid, p.number, p.from, p.to, p.waking, p.index));
        }
        return bundle;
    }

    /** Other clocks than the boot clock are brought to it. */
    private long shift(Map<Integer, Long> clocks) {
        if (clock == 0) {
            return 0;
        }
        if (clockNs != 0 && bootNs != 0) {
            return bootNs - clockNs;
        }
        Long raw = clocks.get(SNAPSHOT_MONO_RAW);
        Long boot = clocks.get(SNAPSHOT_BOOT);
        return clock == MONO_RAW && raw != null && boot != null ? boot - raw : 0;
    }

    private void event(int from, int end, int type) throws CaptureException {
        if (type != WireReader.BYTES) {
            return;
        }
        WireReader in = new WireReader(bytes, from, end);
        long ns = 0;
        int pid = 0;
        int number = 0;
        int messageFrom = from;
        int messageTo = from;
        while (in.next()) {
            if (in.field == 1) {
                ns = in.value;
            } else if (in.field == 2) {
                pid = (int) in.value;
            } else if (in.type == WireReader.BYTES) {
                number = in.field;
                messageFrom = in.from;
                messageTo = in.end;
            }
        }
        places.add(new Place(ns, pid, number, messageFrom, messageTo, false, -1));
    }

    private void compacted() {
        CompactSched lists = compact;
        if (lists == null) {
            return;
        }
        for (int i = 0; i < lists.switches(); i++) {
            places.add(new Place(lists.time(false, i), -1, 4, -1, -1, false, i));
        }
        for (int i = 0; i < lists.wakings(); i++) {
            places.add(new Place(lists.time(true, i), -1, 20, -1, -1, true, i));
        }
    }

    boolean isGeneric(Place place) {
        return place.number == GENERIC;
    }

    void show(Place place, SwitchFields fields) {
        CompactSched lists = compact;
        if (lists != null) {
            lists.show(place.waking, place.index, fields);
        }
    }
}
