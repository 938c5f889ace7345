package org.dmafence.capture.tracedat;

import java.util.HashMap;
import java.util.Map;
import org.dmafence.capture.tracedat.EventFormat.Field;

/**
 * How a page of the ring buffer begins, as the kernel describes it: a time, how many bytes are used, and then the
 * records.
 *
 * @param commitSize 4 or 8, the size of the kernel's long
 * @param dataOffset where the records begin
 */
record PageLayout(int commitOffset, int commitSize, int dataOffset) {
    static PageLayout of(String text, int longSize) {
        Map<String, Field> fields = new HashMap<>();
        for (String line : text.split("\n", -1)) {
            String trimmed = line.strip();
            if (trimmed.startsWith("field:")) {
                EventFormat.field(trimmed, fields);
            }
        }
        Field commit = fields.get("commit");
        Field data = fields.get("data");
        int size = commit != null && (commit.size() == 4 || commit.size() == 8) ? commit.size() : longSize;
        int offset = commit == null ? 8 : commit.offset();
        return new PageLayout(offset, size, data == null ? offset + size : data.offset());
    }

    /** Whether a page of that size has room for what is described. */
    boolean fits(int pageSize) {
        return commitOffset >= 0 && commitOffset <= pageSize - 8 && dataOffset >= 8 && dataOffset < pageSize;
    }
}
