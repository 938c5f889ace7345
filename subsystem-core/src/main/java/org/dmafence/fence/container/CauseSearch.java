package org.dmafence.fence.container;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what failed below a container, without recursion: from the last to the first, so that a chain is gone
 * through as it is linked, and what is found goes in front of what was found before.
 */
final class CauseSearch {
    /** An earlier point of a chain, with a reference. */
    private record Earlier(DmaFence fence) {}

    /** A reference that was needed until here. */
    private record Held(DmaFence fence) {}

    /** What is left to look at, the last first: fences, failures, and the two above. */
    private final Deque<Object> left = new ArrayDeque<>();

    /**
     * A container that is inside several others is looked into once; else time could grow with each of them twofold.
     */
    private final Set<Container> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private FenceCauses found = FenceCauses.NONE;

    FenceCauses below(DmaFence root) {
        try {
            return search(root);
        } finally {
            for (Object next : left) { // nothing, unless there was no memory for what was found
                if (next instanceof Earlier earlier) {
                    earlier.fence.release();
                } else if (next instanceof Held held) {
                    held.fence.release();
                }
            }
        }
    }

    private FenceCauses search(DmaFence root) {
        left.push(root);
        for (Object next = left.poll(); next != null; next = left.poll()) {
            if (next instanceof DmaFence fence) {
                look(fence, false);
            } else if (next instanceof Earlier earlier) {
                look(earlier.fence, true);
            } else if (next instanceof Failure failure) {
                found = failure.causes().then(found);
            } else if (next instanceof Held held) {
                held.fence.release();
            }
        }
        return found.isEmpty() ? FenceCauses.ofItself(root) : found;
    }

    private void look(DmaFence fence, boolean held) {
        Container container = Container.at(fence);
        if (container instanceof FenceChain chain && (held || seen.add(chain))) {
            look(chain, held);
            return;
        }
        if (held) {
            left.push(new Held(fence));
        }
        if (container instanceof FenceArray array && seen.add(array)) {
            keep(array.carried());
            array.allFences().forEach(left::push);
        } else if (container == null) {
            found = FenceCauses.of(fence).then(found);
        }
    }

    private void look(FenceChain chain, boolean held) {
        Object behind = chain.retainBehind();
        DmaFence prev = ChainLink.prevOf(behind);
        if (prev != null) {
            left.push(new Earlier(prev));
        }
        keep(ChainLink.failureOf(behind));
        if (held) {
            left.push(new Held(chain.fence()));
        }
        left.push(chain.contained());
    }

    private void keep(@Nullable Failure failure) {
        if (failure != null) {
            left.push(failure);
        }
    }
}
