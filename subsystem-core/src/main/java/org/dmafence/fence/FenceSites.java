package org.dmafence.fence;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Where the fences of an issuer were made: a stack walk for each. Any thread. */
final class FenceSites {
    private static final int FRAMES = 4;

    private final Map<DmaFence, String> sites = new ConcurrentHashMap<>();

    /** Remembers the caller as the one who made a fence. */
    void add(DmaFence fence) {
        sites.put(fence, caller());
    }

    void remove(DmaFence fence) {
        sites.remove(fence);
    }

    /** Where a fence was made; empty if that is not known. */
    String of(DmaFence fence) {
        return sites.getOrDefault(fence, "");
    }

    /** The frames that called into the fence package, as text: a frame's class would pin its loader. */
    private static String caller() {
        String core = FenceSites.class.getPackageName() + ".";
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> !f.getClassName().startsWith(core))
                        .limit(FRAMES)
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .map(StackTraceElement::toString)
                        .collect(Collectors.joining(" < ")));
    }
}
