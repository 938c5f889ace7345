package org.dmafence.fence.container;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.dmafence.concurrent.ThreadBound;
import org.dmafence.fence.DmaFence;

/**
 * Containers inside containers, to any depth, without recursion to that depth. Up to {@link #SHALLOW} a container asks
 * those inside it and these ask theirs, in the kernel's order. What is nested deeper is made by mistake, or by somebody
 * who wants to overflow a stack that holds locks, or to have a fence asked once for each of a thousand billion ways
 * that lead to it: it is asked one container after the other, the innermost first, each of which then finds those
 * inside it asked already.
 */
final class Nesting {
    private static final int SHALLOW = 8;

    private static final ThreadBound<Nesting> CURRENT = new ThreadBound<>();

    /** Those that this thread's poll takes care of, one by one. */
    private Set<Container> asked = Set.of();

    private final Deque<DmaFence> dropped = new ArrayDeque<>();
    private boolean dropping;

    private Nesting() {}

    private static Nesting current() {
        Nesting known = CURRENT.get();
        if (known != null) {
            return known;
        }
        Nesting nesting = new Nesting();
        CURRENT.set(nesting);
        return nesting;
    }

    static boolean isDeep(Container container) {
        return container.height > SHALLOW;
    }

    static boolean isDeep(DmaFence fence) {
        return Container.heightOf(fence) > SHALLOW;
    }

    static void enableInside(Container root) {
        ask(inside(root, Container.Purpose.ENABLE), inner -> inner.fence().enableSignaling());
    }

    static boolean poll(Container root) {
        Nesting nesting = current();
        Set<Container> outer = nesting.asked;
        if (outer.contains(root)) {
            return false; // it was found incomplete a moment ago, or is about to be asked
        }
        List<Container> inside = inside(root, Container.Purpose.POLL);
        Set<Container> asking = identitySet();
        asking.addAll(inside);
        nesting.asked = asking;
        try {
            ask(inside, inner -> {
                if (inner.pollComplete()) {
                    inner.context.signal(inner.fence());
                }
            });
            return root.pollComplete();
        } finally {
            nesting.asked = outer;
        }
    }

    static void forwardDeadlineInside(Container root, long deadlineNs) {
        List<Container> inside = inside(root, Container.Purpose.DEADLINE);
        Collections.reverse(inside);
        ask(inside, inner -> inner.forwardDeadline(deadlineNs));
    }

    /** Those that were freed meanwhile have nobody to whom the answer matters. */
    private static void ask(List<Container> inside, Consumer<Container> question) {
        for (Container inner : inside) {
            if (inner.fence().tryRetain()) {
                try {
                    question.accept(inner);
                } finally {
                    inner.fence().release();
                }
            }
        }
    }

    /**
     * Drops the references to what is inside, and inside of what that frees, from the outermost call on this thread.
     */
    static void releaseMembers(Container container) {
        Nesting nesting = current();
        List<DmaFence> inside = new ArrayList<>();
        container.inside(Container.Purpose.RELEASE).forEach(inside::add);
        for (int i = inside.size() - 1; i >= 0; i--) {
            nesting.dropped.push(inside.get(i));
        }
        if (!nesting.dropping) {
            nesting.dropping = true;
            try {
                for (DmaFence next = nesting.dropped.poll(); next != null; next = nesting.dropped.poll()) {
                    next.release();
                }
            } finally {
                nesting.dropping = false;
            }
        }
    }

    /** The deeply nested ones inside a container that are to be asked, the innermost first. */
    private static List<Container> inside(Container root, Container.Purpose purpose) {
        Set<Container> found = identitySet();
        Deque<Container> open = new ArrayDeque<>();
        for (Container at = root; at != null; at = open.poll()) {
            for (DmaFence fence : at.inside(purpose)) {
                Container inner = Container.at(fence);
                boolean done =
                        fence.isSignaled() || (purpose == Container.Purpose.ENABLE && fence.isSignalingEnabled());
                if (inner != null && isDeep(inner) && !done && found.add(inner)) {
                    open.push(inner);
                }
            }
        }
        List<Container> inside = new ArrayList<>(found);
        inside.sort(Comparator.comparingInt(container -> container.height));
        return inside;
    }

    private static Set<Container> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
