package org.dmafence.fence;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A circular, singly linked list of callbacks, known by its last node: both ends in one reference, so that a fence
 * stays small. The caller holds the fence's lock bit or owns the list alone.
 *
 * <p>A {@link Waiter} in it knows its predecessor until the list is drained, so it is taken out in constant time.
 */
final class CallbackList {
    private CallbackList() {}

    static IllegalStateException linkedAlready(String target) {
        return new IllegalStateException("a callback can be on one fence at a time; it is added to " + target
                + " while still on a fence: remove it there first, or use another object");
    }

    /** Appends; returns the new last node. */
    static FenceCallback addLast(@Nullable FenceCallback last, FenceCallback node) {
        addFirst(last, node);
        return node;
    }

    /** Prepends; returns the last node. */
    static FenceCallback addFirst(@Nullable FenceCallback last, FenceCallback node) {
        if (last == null) {
            link(node, node);
            return node;
        }
        link(node, next(last));
        link(last, node);
        return last;
    }

    private static void link(FenceCallback before, FenceCallback after) {
        before.next = after;
        if (after instanceof Waiter waiter) {
            waiter.before = before;
        }
    }

    /**
     * Whether the node is linked in this list; a waiter is on no other. Costs a walk for any other node: a back link
     * would make every callback a third larger.
     */
    static boolean contains(@Nullable FenceCallback last, FenceCallback node) {
        if (last == null || node.next == null) {
            return false;
        }
        if (node instanceof Waiter) {
            return true;
        }
        FenceCallback at = last;
        do {
            if (at == node) {
                return true;
            }
            at = next(at);
        } while (at != last);
        return false;
    }

    /** Unlinks a node that the list contains; returns the new last node, {@code null} for an empty list. */
    static @Nullable FenceCallback remove(FenceCallback last, FenceCallback node) {
        FenceCallback before = before(last, node);
        FenceCallback after = next(node);
        node.next = null;
        if (after == node) {
            return null;
        }
        link(before, after);
        return node == last ? before : last;
    }

    private static FenceCallback before(FenceCallback last, FenceCallback node) {
        if (node instanceof Waiter waiter) {
            FenceCallback known = Objects.requireNonNull(waiter.before, "a linked waiter has a predecessor");
            waiter.before = null;
            return known;
        }
        FenceCallback at = last;
        while (at.next != node) {
            at = next(at);
        }
        return at;
    }

    static FenceCallback next(FenceCallback linked) {
        return Objects.requireNonNull(linked.next, "a linked callback has a successor");
    }
}
