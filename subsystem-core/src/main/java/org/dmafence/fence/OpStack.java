package org.dmafence.fence;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The enable ops that a thread is in, and the external locks that it holds by hand: others may wait for it to leave
 * those.
 */
abstract sealed class OpStack extends DrainStack permits LeftWork {
    private @Nullable DmaFence[] enabling = new DmaFence[2];
    private int enableDepth;

    /** How many external locks this thread holds by hand. */
    private int lockDepth;

    OpStack(Thread thread) {
        super(thread);
    }

    final void beginLocked() {
        lockDepth++;
    }

    final void endLocked() {
        lockDepth--;
    }

    final void beginEnable(DmaFence fence) {
        if (enableDepth == enabling.length) {
            enabling = Arrays.copyOf(enabling, enableDepth * 2);
        }
        enabling[enableDepth++] = fence;
    }

    final void endEnable() {
        enabling[--enableDepth] = null;
    }

    /** Whether this thread is inside the fence's enable op, at any depth. */
    final boolean isEnabling(DmaFence fence) {
        for (int i = enableDepth - 1; i >= 0; i--) {
            if (enabling[i] == fence) {
                return true;
            }
        }
        return false;
    }

    /** Whether this thread is in an enable op or holds a {@link FenceLock}. */
    final boolean isInOpOrLock() {
        return enableDepth != 0 || lockDepth != 0;
    }
}
