package org.dmafence.capture.perfetto;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.LongArrayList;
import org.dmafence.capture.CaptureException;

/**
 * The compact form of a bundle's switches and wakings: a list for each field, times as distances, names by their index.
 */
final class CompactSched {
    private final List<String> names = new ArrayList<>();
    private final LongArrayList[] columns = new LongArrayList[13];

    static CompactSched read(WireReader in) throws CaptureException {
        CompactSched compact = new CompactSched();
        while (in.next()) {
            if (in.field == 5) {
                compact.names.add(in.text());
            } else if (in.field < compact.columns.length) {
                LongArrayList column = compact.column(in.field);
                if (in.type == WireReader.BYTES) {
                    WireReader packed = new WireReader(in.bytes(), in.from, in.end);
                    while (packed.more()) {
                        column.addLong(packed.varint());
                    }
                } else {
                    column.addLong(in.value);
                }
            }
        }
        compact.sum(1);
        compact.sum(7);
        return compact;
    }

    private LongArrayList column(int number) {
        LongArrayList column = columns[number];
        if (column == null) {
            column = new LongArrayList();
            columns[number] = column;
        }
        return column;
    }

    private void sum(int number) {
        LongArrayList column = column(number);
        long time = 0;
        for (int i = 0; i < column.size(); i++) {
            time += column.getLong(i);
            column.setLong(i, time);
        }
    }

    int switches() {
        return column(1).size();
    }

    int wakings() {
        return column(7).size();
    }

    long time(boolean waking, int index) {
        return get(waking ? 7 : 1, index);
    }

    /** Fills in all but who ran before. */
    void show(boolean waking, int index, SwitchFields fields) {
        fields.waking = waking;
        fields.pid = get(waking ? 8 : 3, index);
        fields.prevState = waking ? 0 : get(2, index);
        long name = get(waking ? 11 : 6, index);
        fields.comm = name >= 0 && name < names.size() ? names.get((int) name) : "";
    }

    private long get(int number, int index) {
        LongArrayList column = column(number);
        return index < column.size() ? column.getLong(index) : 0;
    }
}
