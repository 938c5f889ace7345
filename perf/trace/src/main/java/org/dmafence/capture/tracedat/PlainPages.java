package org.dmafence.capture.tracedat;

import java.io.IOException;
import org.dmafence.capture.Data;

/** Pages that lie in the file as they are; several are read at a time. */
final class PlainPages implements PageSource {
    private static final int AT_A_TIME = 64 * 1024;

    private final Data data;
    private final byte[] buffer;
    private long at;
    private final long end;
    private int from;
    private int to;

    PlainPages(Data data, long at, long size, int pageSize) {
        this.data = data;
        this.at = at;
        end = Math.min(data.size(), at + Math.min(size, Long.MAX_VALUE - at));
        long room = Math.min(Math.max(pageSize, AT_A_TIME), Math.max(size, pageSize));
        buffer = new byte[(int) (room / pageSize * pageSize)];
    }

    @Override
    public boolean next(byte[] page) throws IOException {
        if (to - from < page.length) {
            from = 0;
            to = data.read(at, buffer, 0, (int) Math.max(0, Math.min(buffer.length, end - at)));
            at += to;
        }
        if (to - from < page.length) {
            return false;
        }
        System.arraycopy(buffer, from, page, 0, page.length);
        from += page.length;
        return true;
    }
}
