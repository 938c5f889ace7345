package org.dmafence.fence;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether anything in a fence still refers to its issuer, and what does.
 *
 * @param failing the conditions that do not hold; empty for an independent fence
 */
public record FenceIndependence(Set<Condition> failing) {
    /** What a fence needs to be independent. */
    public enum Condition {
        /** Until it signals, a fence depends on what is to signal it. */
        SIGNALED("it has not signalled"),
        /** Ops with {@code wait} or {@code release} stay attached, and their payload with them. */
        DETACHED("its ops implement wait or release and stay attached, payload included"),
        /** An external lock in the issuer's memory. */
        LOCK("its lock lies in the issuer's memory"),
        /**
         * Callbacks that have not all run. The issuer's own may be among them, and the signaller, who took them off the
         * fence under its lock, is about to call them in no read section: no grace period waits for that.
         */
        CALLBACKS("its callbacks have not all run, and may be the issuer's");

        private final String failure;

        Condition(String failure) {
            this.failure = failure;
        }
    }

    public FenceIndependence {
        failing = failing.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(failing));
    }

    static FenceIndependence of(DmaFence fence, @Nullable FenceLock lock) {
        EnumSet<Condition> failing = EnumSet.noneOf(Condition.class);
        if (!fence.isSignaled()) {
            failing.add(Condition.SIGNALED);
        } else if (fence.callbacksAcquire() != null) {
            failing.add(Condition.CALLBACKS);
        }
        if (!fence.isDetached()) {
            failing.add(Condition.DETACHED);
        }
        if (lock != null && lock.owner() != null) {
            failing.add(Condition.LOCK);
        }
        return new FenceIndependence(failing);
    }

    /** Whether the issuer may go after a grace period. */
    public boolean independent() {
        return failing.isEmpty();
    }

    /** The reason in words: {@code "independent"}, or each failing condition. */
    public String reason() {
        return independent()
                ? "independent"
                : failing.stream().sorted().map(c -> c.failure).collect(Collectors.joining("; "));
    }
}
