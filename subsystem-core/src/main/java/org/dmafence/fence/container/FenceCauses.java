package org.dmafence.fence.container;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;

/**
 * What failed below a fence: which fences, and with which error. A container has one error, that of the first of its
 * fences that failed; this is the rest of the story, for a report or a log. No kernel counterpart: there it is lost.
 *
 * <p>It tells of the plain fences at the bottom: those of an array by index, those of a chain from the earliest point
 * on, those of a merge in the order of merging. Fences that are no longer held are among them: points that were
 * unlinked, and what had signalled when it was merged. A fence that stands in several places is told once. A container
 * that failed by itself, and a plain fence, is its own cause.
 *
 * <p>The first {@value #LIMIT} are told and the others counted, so what is kept has an upper bound however long a chain
 * lives. Kept are numbers, strings and the runtime: no fence, and nothing of an issuer, which may long be unloaded.
 * Immutable.
 */
public final class FenceCauses {
    /** How many causes are told. */
    public static final int LIMIT = 64;

    static final FenceCauses NONE = new FenceCauses(new Told[0], 0);

    /**
     * One fence that failed.
     *
     * @param context its context, 0 for a fence of no timeline
     * @param driverName as its issuer last answered it, as {@link DmaFence#lastKnownDriverName}
     * @param timelineName as its issuer last answered it
     */
    public record Cause(long context, long seqno, String driverName, String timelineName, FenceError error) {
        @Override
        public String toString() {
            return driverName + " " + timelineName + " " + Long.toUnsignedString(context) + ":"
                    + Long.toUnsignedString(seqno) + " " + error;
        }
    }

    /** A cause and the runtime that its context is of: every runtime counts contexts from 1. */
    private record Told(Cause cause, FenceRuntime runtime) {
        /** Whether it is the same fence; of those of no timeline nobody knows. */
        boolean isSame(Told other) {
            return cause.context != 0 && runtime == other.runtime && cause.equals(other.cause);
        }
    }

    private final Told[] first;
    private final long omitted;

    private FenceCauses(Told[] first, long omitted) {
        this.first = first;
        this.omitted = omitted;
    }

    /**
     * What has failed below a fence by now. Asks no driver and changes nothing; any thread, never blocks. Takes time in
     * proportion to what the container still holds.
     *
     * @param fence of whatever kind, to which the caller holds a reference; it need not have signalled
     * @return empty as long as nothing failed, and for a container that was freed
     */
    public static FenceCauses of(DmaFence fence) {
        if (Container.at(fence) != null) {
            return new CauseSearch().below(fence);
        }
        FailedStub stub = fence.opsAs(FailedStub.class);
        return stub == null ? ofItself(fence) : stub.causes();
    }

    /** A fence as its own cause, if it has failed. */
    static FenceCauses ofItself(DmaFence fence) {
        FenceError error = fence.isSignaled() ? Errors.of(fence) : null;
        return error == null ? NONE : of(fence, error);
    }

    /** A fence as a cause, of an error that it does not tell itself. */
    static FenceCauses of(DmaFence fence, FenceError error) {
        Cause cause = new Cause(
                fence.context(), fence.seqno(), fence.lastKnownDriverName(), fence.lastKnownTimelineName(), error);
        return new FenceCauses(new Told[] {new Told(cause, fence.runtime())}, 0);
    }

    /** The causes, at most {@value #LIMIT}. */
    public List<Cause> first() {
        return Arrays.stream(first).map(Told::cause).toList();
    }

    /** How many more there are; a fence that stands in several places may be counted for each. */
    public long omitted() {
        return omitted;
    }

    /** Whether nothing failed. */
    public boolean isEmpty() {
        return first.length == 0;
    }

    /** These and, after them, others. */
    FenceCauses then(FenceCauses others) {
        if (others.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return others;
        }
        Told[] joined = first;
        int length = first.length;
        long more = omitted + others.omitted;
        for (Told cause : others.first) {
            if (isAmongFirst(cause)) {
                continue;
            }
            if (length == LIMIT) {
                more++;
                continue;
            }
            if (joined == first) {
                joined = Arrays.copyOf(first, Math.min(LIMIT, length + others.first.length));
            }
            joined[length++] = cause;
        }
        return new FenceCauses(joined.length == length ? joined : Arrays.copyOf(joined, length), more);
    }

    private boolean isAmongFirst(Told cause) {
        for (Told known : first) {
            if (known.isSame(cause)) {
                return true;
            }
        }
        return false;
    }

    /** One line for each cause. */
    @Override
    public String toString() {
        String told = Arrays.stream(first).map(each -> each.cause.toString()).collect(Collectors.joining("\n"));
        return omitted == 0 ? told : told + "\nand " + omitted + " more";
    }
}
