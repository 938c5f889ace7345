package org.dmafence.trace;

/** Receives fence events. Called on the thread that causes the event, possibly on several at once; must not block. */
@FunctionalInterface
public interface FenceTraceListener {
    /**
     * One event.
     *
     * @param driver the issuer's name, or the kernel's literal once the fence has signalled
     * @param timeline the timeline's name, likewise
     * @param context the whole 64-bit context; the kernel's text truncates it to 32
     * @param seqno the whole 64-bit sequence number
     */
    void onFence(FenceTracepoint point, String driver, String timeline, long context, long seqno);
}
