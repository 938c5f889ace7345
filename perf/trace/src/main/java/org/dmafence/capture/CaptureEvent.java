package org.dmafence.capture;

import org.jspecify.annotations.Nullable;

/**
 * The event a reader is at. One object for the whole capture: whoever wants to keep something copies it.
 *
 * <p>Its arguments are text, {@code bytes()[from(), to())}, unless {@link #fields()} is there.
 */
public final class CaptureEvent {
    /** The CPU where a format does not tell. */
    public static final int NO_CPU = -1;

    private static final byte[] NONE = {};

    private long position;
    private long timeNs;
    private int cpu;
    private int pid;
    private String task = "";
    private String name = "";
    private byte[] bytes = NONE;
    private int from;
    private int to;
    private @Nullable Fields fields;

    /** Fills in the front. */
    public CaptureEvent stamp(long newPosition, long newTimeNs, int newCpu, int newPid, String newTask) {
        position = newPosition;
        timeNs = newTimeNs;
        cpu = newCpu;
        pid = newPid;
        task = newTask;
        return this;
    }

    /** Fills in a name and arguments as printed. */
    public CaptureEvent text(String newName, byte[] newBytes, int newFrom, int newTo) {
        name = newName;
        bytes = newBytes;
        from = newFrom;
        to = newTo;
        fields = null;
        return this;
    }

    /** Fills in a name and arguments by name. */
    public CaptureEvent fields(String newName, Fields newFields) {
        name = newName;
        bytes = NONE;
        from = 0;
        to = 0;
        fields = newFields;
        return this;
    }

    /** Line of a text, or record of a binary capture, counted from 1. */
    public long position() {
        return position;
    }

    /** The capture's clock in nanoseconds. */
    public long timeNs() {
        return timeNs;
    }

    /** The CPU, or {@link #NO_CPU}. */
    public int cpu() {
        return cpu;
    }

    /** The thread. */
    public int pid() {
        return pid;
    }

    /** The thread's comm; {@code <...>} when the kernel had forgotten it. */
    public String task() {
        return task;
    }

    /** The event's name without its system; empty when the line has none. */
    public String name() {
        return name;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int from() {
        return from;
    }

    public int to() {
        return to;
    }

    /** The arguments by name; null when they are text. */
    public @Nullable Fields fields() {
        return fields;
    }
}
