package org.dmafence.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.departure.Departure.LateCall;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceWaitException;
import org.dmafence.fence.ModuleGoneException;
import org.dmafence.module.LoadedModule;

/** What somebody who still holds a fence finds when its driver was unloaded by force. */
final class LateCalls {
    private LateCalls() {}

    /** Waits for a fence of a driver that has gone, and drops one reference, the last one if the caller has no more. */
    static List<LateCall> make(DmaFence fence, LoadedModule gone) {
        List<LateCall> calls = new ArrayList<>();
        add(calls, gone, "wait", () -> {
            try {
                return fence.awaitUninterruptibly(1, TimeUnit.SECONDS) ? "signaled" : "timed out";
            } catch (FenceWaitException e) {
                return e.error().toString();
            }
        });
        add(calls, gone, "release", () -> {
            fence.release();
            return fence.isFreed() ? "freed" : "dropped a reference";
        });
        return calls;
    }

    private static void add(
            List<LateCall> calls, LoadedModule gone, String name, java.util.function.Supplier<String> call) {
        long before = gone.tombstones().count();
        String answer;
        try {
            answer = call.get();
        } catch (ModuleGoneException e) {
            answer = e.getClass().getSimpleName();
        }
        calls.add(new LateCall(name, answer, gone.tombstones().count() > before));
    }
}
