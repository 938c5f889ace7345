package org.dmafence.fence;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A circular, singly linked list of callbacks, known by its last node: both ends in one reference, so that a fence stays
 * small. Whoever calls holds the fence's lock bit or owns the list alone.
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
            node.next = node;
            return node;
        }
        node.next = last.next;
        last.next = node;
        return last;
    }

    /** Whether the node is linked in this list. Costs a walk: a back link would make every callback a third larger. */
    static boolean contains(@Nullable FenceCallback last, FenceCallback node) {
        if (last == null || node.next == null) {
            return false;
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
        FenceCallback before = last;
        while (before.next != node) {
            before = next(before);
        }
        FenceCallback after = next(node);
        node.next = null;
        if (after == node) {
            return null;
        }
        before.next = after;
        return node == last ? before : last;
    }

    static FenceCallback next(FenceCallback linked) {
        return Objects.requireNonNull(linked.next, "a linked callback has a successor");
    }
}
