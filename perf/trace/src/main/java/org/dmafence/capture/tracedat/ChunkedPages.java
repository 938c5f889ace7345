package org.dmafence.capture.tracedat;

import java.io.IOException;
import org.dmafence.capture.Data;

/** Pages in compressed chunks, each of which holds some. One chunk is unpacked at a time. */
final class ChunkedPages implements PageSource {
    private static final int MAX_CHUNK = 64 << 20;

    private final Cursor cursor;
    private final Compression compression;
    private long chunks;
    private byte[] chunk = new byte[0];
    private int from;

    ChunkedPages(Data data, long at, Compression compression, boolean bigEndian) throws IOException {
        cursor = new Cursor(data, at, bigEndian);
        this.compression = compression;
        chunks = cursor.u32();
    }

    @Override
    public boolean next(byte[] page) throws IOException {
        while (chunk.length - from < page.length) {
            if (chunks == 0) {
                return false;
            }
            chunks--;
            long packed = cursor.u32();
            long size = cursor.u32();
            if (size > MAX_CHUNK) {
                throw Cursor.damaged("a chunk of " + size + " bytes");
            }
            chunk = compression.unpack(cursor.bytes(packed), (int) size);
            from = 0;
        }
        System.arraycopy(chunk, from, page, 0, page.length);
        from += page.length;
        return true;
    }
}
