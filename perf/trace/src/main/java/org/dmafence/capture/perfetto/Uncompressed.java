package org.dmafence.capture.perfetto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.dmafence.capture.Data;

/** A trace with its compressed packets unpacked. */
final class Uncompressed extends InputStream {
    private static final int MAX_PACKET = 256 << 20;
    private static final long HARMLESS = 256L << 20;
    private static final long MAX_RATIO = 500;
    private static final int COMPRESSED = 50;

    private final Data data;
    private long at;
    private long written;
    private byte[] piece = new byte[0];
    private int pieceAt;

    Uncompressed(Data data) {
        this.data = data;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (pieceAt == piece.length) {
            if (!packet()) {
                return -1;
            }
        }
        int count = Math.min(length, piece.length - pieceAt);
        System.arraycopy(piece, pieceAt, target, offset, count);
        pieceAt += count;
        return count;
    }

    private boolean packet() throws IOException {
        byte[] head = new byte[16];
        int read = data.read(at, head, 0, head.length);
        if (read < 2) {
            return false;
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
            return false; // cut here
        }
        byte[] packet = new byte[place + (int) length];
        data.read(at, packet, 0, packet.length);
        at += packet.length;
        piece = packet;
        pieceAt = 0;
        WireReader in = new WireReader(packet, place, packet.length);
        while (in.next()) {
            if (in.field == COMPRESSED && in.type == WireReader.BYTES) {
                piece = inflate(packet, in.from, in.end);
                break;
            }
        }
        written += piece.length;
        if (written > HARMLESS && written / MAX_RATIO > at) {
            throw WireReader.damaged("it unpacks to more than " + MAX_RATIO + " times its size");
        }
        return true;
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
                if (out.size() > MAX_PACKET) {
                    throw WireReader.damaged("a packet unpacks to more than " + MAX_PACKET + " bytes");
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
