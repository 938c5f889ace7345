package org.dmafence.fence;

/**
 * The one place where sequence numbers are compared. Kernel counterpart: {@code __dma_fence_is_later()}.
 *
 * <p>64-bit timelines compare unsigned. All others compare the low halves as the signed 32-bit distance, so that they
 * may wrap; at a distance of exactly 2<sup>31</sup> neither number is later.
 */
public final class SequenceNumbers {
    private SequenceNumbers() {}

    /** Whether {@code a} comes after {@code b}; equal numbers do not. */
    public static boolean isLater(long a, long b, boolean seqno64) {
        return seqno64 ? Long.compareUnsigned(a, b) > 0 : (int) a - (int) b > 0;
    }
}
