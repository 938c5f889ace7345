package org.dmafence.uapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a syncobj must answer, in the simplest way: a list of links, each with the work that it waits for, nothing ever
 * collected. Work is a set of numbers, of which some are done.
 */
final class SyncobjModel {
    /** A point, or a binary payload. */
    private record Link(int context, boolean binary, long point, long prev, Set<Integer> work) {}

    private final List<Link> links = new ArrayList<>();
    private int contexts;

    void reset() {
        links.clear();
    }

    void replace(Set<Integer> work) {
        links.clear();
        links.add(new Link(++contexts, true, 0, 0, Set.copyOf(work)));
    }

    void add(long point, Set<Integer> work) {
        Link head = head();
        if (head != null && !head.binary && Long.compareUnsigned(point, head.point) > 0) {
            links.add(new Link(head.context, false, point, head.point, Set.copyOf(work)));
        } else {
            long max = head != null && !head.binary ? head.point : point;
            links.add(new Link(++contexts, false, max, 0, Set.copyOf(work)));
        }
    }

    private @Nullable Link head() {
        return links.isEmpty() ? null : links.get(links.size() - 1);
    }

    /** What has to be done for a point to be reached; {@code null} if it is not submitted. */
    @Nullable Set<Integer> workOf(long point) {
        Link head = head();
        if (head == null || (point != 0 && (head.binary || Long.compareUnsigned(head.point, point) < 0))) {
            return null;
        }
        int last = links.size() - 1;
        if (point != 0) {
            while (last > 0
                    && links.get(last).context == head.context
                    && Long.compareUnsigned(links.get(last).prev, point) >= 0) {
                last--;
            }
        }
        return union(last);
    }

    private Set<Integer> union(int last) {
        Set<Integer> all = new TreeSet<>();
        for (int i = 0; i <= last; i++) {
            all.addAll(links.get(i).work);
        }
        return all;
    }

    long lastSubmitted() {
        Link head = head();
        return head == null || head.binary ? 0 : head.point;
    }

    /** As the kernel's query: the oldest link of the head's context whose own work is pending, or the head. */
    long reached(Set<Integer> done) {
        Link head = head();
        if (head == null || head.binary) {
            return 0;
        }
        int oldest = links.size() - 1;
        for (int i = oldest - 1; i >= 0; i--) {
            if (done.containsAll(links.get(i).work)) {
                continue; // collected by the walk
            }
            if (links.get(i).context != head.context) {
                break;
            }
            oldest = i;
        }
        return done.containsAll(union(oldest)) ? links.get(oldest).point : links.get(oldest).prev;
    }
}
