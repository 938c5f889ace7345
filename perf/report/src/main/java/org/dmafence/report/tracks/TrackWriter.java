package org.dmafence.report.tracks;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Writes tracks, and what happens on them. A track's slices lie behind or within each other; events may come in any
 * order. Times are in nanoseconds, of whatever clock there is.
 *
 * <p>Throws an {@link UncheckedIOException} if the output can't be written.
 */
public final class TrackWriter {
    /** The parent of a track that has none, and the number of no track. */
    public static final long NONE = 0;

    private static final int PACKET = 1;
    private static final int TIMESTAMP = 8;
    private static final int SEQUENCE = 10;
    private static final int SEQUENCE_FLAGS = 13;
    private static final int TRACK_EVENT = 11;
    private static final int TRACK_DESCRIPTOR = 60;

    private static final int DESCRIPTOR_UUID = 1;
    private static final int DESCRIPTOR_NAME = 2;
    private static final int DESCRIPTOR_PARENT = 5;
    private static final int DESCRIPTOR_COUNTER = 8;
    private static final int COUNTER_UNIT = 3;
    private static final int UNIT_TIME_NS = 1;

    private static final int EVENT_TYPE = 9;
    private static final int EVENT_TRACK = 11;
    private static final int EVENT_COUNTER = 30;

    private static final int NOTHING_BEFORE = 1;
    private static final int SLICE_BEGIN = 1;
    private static final int SLICE_END = 2;
    private static final int INSTANT = 3;
    private static final int COUNTER = 4;

    private final OutputStream out;
    private boolean begun;
    private long lastTrack;
    private long lastArrow;

    /** @param out stays the caller's to close */
    public TrackWriter(OutputStream out) {
        this.out = out;
    }

    /** A new track. */
    public long track(long parent, String name) {
        describe(descriptor(parent, name));
        return lastTrack;
    }

    /** A new track that shows how a time changes. */
    public long counter(long parent, String name) {
        describe(descriptor(parent, name)
                .message(DESCRIPTOR_COUNTER, new ProtoMessage().number(COUNTER_UNIT, UNIT_TIME_NS)));
        return lastTrack;
    }

    /** The number of a new arrow. */
    public long arrow() {
        return ++lastArrow;
    }

    /** Something that took a while. */
    public void slice(long track, long beginNs, long endNs, TrackEvent event) {
        packet(beginNs, event.message.number(EVENT_TYPE, SLICE_BEGIN).number(EVENT_TRACK, track));
        packet(endNs, event(SLICE_END, track));
    }

    /** Something that took no time. */
    public void instant(long track, long atNs, TrackEvent event) {
        packet(atNs, event.message.number(EVENT_TYPE, INSTANT).number(EVENT_TRACK, track));
    }

    /** What a counter's time is from now on. */
    public void count(long counter, long atNs, long valueNs) {
        packet(atNs, event(COUNTER, counter).number(EVENT_COUNTER, valueNs));
    }

    private static ProtoMessage event(int type, long track) {
        return new ProtoMessage().number(EVENT_TYPE, type).number(EVENT_TRACK, track);
    }

    private ProtoMessage descriptor(long parent, String name) {
        ProtoMessage descriptor =
                new ProtoMessage().number(DESCRIPTOR_UUID, ++lastTrack).text(DESCRIPTOR_NAME, name);
        return parent == NONE ? descriptor : descriptor.number(DESCRIPTOR_PARENT, parent);
    }

    private void describe(ProtoMessage descriptor) {
        write(new ProtoMessage().message(TRACK_DESCRIPTOR, descriptor));
    }

    private void packet(long atNs, ProtoMessage event) {
        write(new ProtoMessage().number(TIMESTAMP, atNs).message(TRACK_EVENT, event));
    }

    private void write(ProtoMessage packet) {
        packet.number(SEQUENCE, 1);
        if (!begun) {
            begun = true;
            packet.number(SEQUENCE_FLAGS, NOTHING_BEFORE); // older viewers drop all that comes without it
        }
        try {
            out.write(new ProtoMessage().message(PACKET, packet).toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
