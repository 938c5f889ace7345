package org.dmafence.capture.perfetto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.dmafence.capture.Data;
import org.dmafence.capture.Expansion;
import org.dmafence.capture.PieceStream;
import org.jspecify.annotations.Nullable;

/** A trace with its compressed packets unpacked. */
final class Uncompressed extends PieceStream {
    private static final int MAX_PACKET = 256 << 20;

    /** Packets are zipped some hundred kilobytes at a time; a few bytes must not fill a heap. */
    private static final int MAX_UNPACKED = 16 << 20;

    private static final int COMPRESSED = 50;

    private final Data data;
    private long at;
    private long written;

    Uncompressed(Data data) {
        this.data = data;
    }

    @Override
    protected byte @Nullable [] next() throws IOException {
        byte[] head = new byte[16];
        int read = data.read(at, head, 0, head.length);
        if (read < 2) {
            return null;
        }
        int place = 1;
        long length = 0;
        for (int shift = 0; place < read && shift < 63; shift += 7) {
            byte b = head[place++];
            length |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                break;
            }
        }
        if (head[0] != 0x0a || length < 0 || length > MAX_PACKET || length > data.size() - at - place) {
            return null; // cut here
        }
        byte[] packet = new byte[place + (int) length];
        data.read(at, packet, 0, packet.length);
        at += packet.length;
        byte[] piece = packet;
        WireReader in = new WireReader(packet, place, packet.length);
        while (in.next()) {
            if (in.field == COMPRESSED && in.type == WireReader.BYTES) {
                piece = inflate(packet, in.from, in.end);
                break;
            }
        }
        written += piece.length;
        if (Expansion.isBomb(written, at)) {
            throw WireReader.damaged("it unpacks to more than " + Expansion.MAX_RATIO + " times its size");
        }
        return piece;
    }

    private static byte[] inflate(byte[] bytes, int from, int to) throws IOException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(bytes, from, to - from);
            ByteArrayOutputStream out = new ByteArrayOutputStream(4 * (to - from));
            byte[] buffer = new byte[64 * 1024];
            int count;
            while ((count = inflater.inflate(buffer)) > 0) {
                out.write(buffer, 0, count);
                if (out.size() > MAX_UNPACKED) {
                    throw WireReader.damaged("a packet unpacks to more than " + MAX_UNPACKED + " bytes");
                }
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw WireReader.damaged("a packet that does not unpack: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }
}
