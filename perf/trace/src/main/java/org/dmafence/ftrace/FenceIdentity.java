package org.dmafence.ftrace;

/**
 * What a trace tells about which fence it is.
 *
 * @param pointer the kernel's (hashed) pointer, 0 when the trace prints none
 * @param context the fence context, {@link #UNKNOWN} when the trace does not tell
 * @param seqno the sequence number; only meaningful with a context
 */
public record FenceIdentity(long pointer, long context, long seqno) {
    /** The context of a fence that is only known by its pointer. */
    public static final long UNKNOWN = -1;

    public boolean hasContext() {
        return context != UNKNOWN;
    }

    @Override
    public String toString() {
        return hasContext()
                ? Long.toUnsignedString(context) + ":" + Long.toUnsignedString(seqno)
                : String.format("%016x", pointer);
    }
}
