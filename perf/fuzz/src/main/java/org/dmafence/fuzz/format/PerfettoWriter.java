package org.dmafence.fuzz.format;

/** Writes Perfetto's traces of the kernel's events. */
public final class PerfettoWriter {
    private PerfettoWriter() {}

    /** A {@code FtraceEvent}, whose own message is field {@code field}. */
    public static WireMessage event(long ns, int pid, int field, WireMessage of) {
        return new WireMessage().number(1, ns).number(2, pid).message(field, of);
    }

    /** A {@code DmaFenceSignaledFtraceEvent}, or another of a fence. */
    public static WireMessage signaled(long context, long seqno) {
        return new WireMessage()
                .number(1, context)
                .text(2, "msm")
                .number(3, seqno)
                .text(4, "gpu ring");
    }

    /** A {@code FtraceEventBundle}. */
    public static WireMessage bundle(int cpu, WireMessage... events) {
        WireMessage bundle = new WireMessage().number(1, cpu);
        for (WireMessage event : events) {
            bundle.message(2, event);
        }
        return bundle;
    }

    /** A trace of one packet for each bundle. */
    public static byte[] trace(WireMessage... bundles) {
        WireMessage trace = new WireMessage();
        for (WireMessage bundle : bundles) {
            trace.message(1, new WireMessage().message(1, bundle).number(10, 7));
        }
        return trace.bytes();
    }
}
