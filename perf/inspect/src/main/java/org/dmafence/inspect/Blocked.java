package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.ftrace.FenceRef;
import org.dmafence.ftrace.RingId;
import org.dmafence.jobs.JobLife;
import org.dmafence.jobs.JobLife.Fate;
import org.jspecify.annotations.Nullable;

/**
 * Who holds whom back at the capture's end. Each job waits for one other thing: its first dependency that has not
 * signalled, or else the job before it, on the hardware or in its client's queue. Following that leads to the first
 * unsignaled fence.
 */
final class Blocked {
    private static final int SHOWN = 20;

    private record Lane(RingId ring, long entity) {}

    private static final class Root {
        final String fence;
        final @Nullable Fate fate;
        long sinceNs;
        final List<String> directly = new ArrayList<>();
        final List<String> inTurn = new ArrayList<>();
        final List<String> waiters = new ArrayList<>();
        long jobs;

        Root(String fence, @Nullable Fate fate, long sinceNs) {
            this.fence = fence;
            this.fate = fate;
            this.sinceNs = sinceNs;
        }
    }

    /** What holds a job back: another job, or a fence of another kind. */
    private record Blocker(@Nullable Unended job, FenceRef.@Nullable Foreign fence) {}

    private final Book book;
    private final Map<Long, Unended> jobs = new LinkedHashMap<>();
    private final Map<RingId, Unended> headOfRing = new HashMap<>();
    private final Map<Long, Unended> before = new HashMap<>();
    private final Map<Object, Root> roots = new LinkedHashMap<>();
    private final Map<Long, Object> rootOf = new HashMap<>();

    private Blocked(Book book) {
        this.book = book;
    }

    /** The first unsignaled fences that hold others back, or whose jobs hang or are lost. */
    static List<Stuck> find(Book book, List<Unended> unended, Collection<OpenWait> waits, boolean signalsAreKnown) {
        Blocked blocked = new Blocked(book);
        blocked.line(unended);
        for (Unended job : blocked.jobs.values()) {
            blocked.follow(job, signalsAreKnown);
        }
        waits.forEach(blocked::waiter);
        return blocked.roots.values().stream()
                .filter(root -> root.fate == null || root.fate == Fate.HUNG || root.fate == Fate.LOST)
                .map(root -> new Stuck(
                        root.fence, root.fate, root.sinceNs, root.directly, root.inTurn, root.jobs, root.waiters))
                .toList();
    }

    /** Puts the jobs in line, on the hardware and in front of it. */
    private void line(List<Unended> unended) {
        Map<Lane, Unended> lastQueued = new HashMap<>();
        for (Unended job : unended) {
            if (job.fate() == Fate.NOT_RECORDED || job.fate() == Fate.ENDED_OTHERWISE || job.fate() == Fate.COMPLETE) {
                continue;
            }
            jobs.put(job.known().job.key(), job);
            RingId ring = job.known().job.ring();
            if (job.ran()) {
                headOfRing.merge(
                        ring, job, (a, b) -> a.life().ranNs() <= b.life().ranNs() ? a : b);
            } else {
                Unended previous = lastQueued.put(new Lane(ring, job.known().job.entity()), job);
                if (previous != null) {
                    before.put(job.known().job.key(), previous);
                }
            }
        }
    }

    private @Nullable Blocker blocker(Unended job, boolean signalsAreKnown) {
        Unended head = headOfRing.get(job.known().job.ring());
        if (job.ran()) {
            return head == null || head == job ? null : new Blocker(head, null);
        }
        Unended previous = before.get(job.known().job.key());
        if (previous != null) {
            return new Blocker(previous, null);
        }
        for (FenceRef.Dependency dependency : job.known().job.dependencies()) {
            Unended on = dependency instanceof FenceRef.Finished f
                    ? jobs.get(f.jobKey())
                    : dependency instanceof FenceRef.Scheduled f ? unrun(f.jobKey()) : null;
            if (on != null && on != job) {
                return new Blocker(on, null);
            }
            if (signalsAreKnown
                    && dependency instanceof FenceRef.Foreign f
                    && book.signalOf(dependency) == JobLife.NEVER) {
                return new Blocker(null, f);
            }
        }
        return head == null ? null : new Blocker(head, null);
    }

    private @Nullable Unended unrun(long key) {
        Unended job = jobs.get(key);
        return job == null || job.ran() ? null : job;
    }

    /** Jobs come in the order of their submission, so most chains are known from their second link on. */
    private void follow(Unended job, boolean signalsAreKnown) {
        Blocker first = blocker(job, signalsAreKnown);
        Object root = rootOf(job, signalsAreKnown);
        rootOf.put(key(job), root);
        Root found = roots.get(root);
        if (first == null || found == null) {
            return;
        }
        boolean direct = first.job() == null || root.equals(key(first.job()));
        add(direct ? found.directly : found.inTurn, job.known().describe());
        found.jobs++;
    }

    private Object rootOf(Unended job, boolean signalsAreKnown) {
        Unended at = job;
        for (int steps = 0; steps <= jobs.size(); steps++) {
            Object known = rootOf.get(key(at));
            if (known != null) {
                return known;
            }
            Blocker blocker = blocker(at, signalsAreKnown);
            if (blocker != null && blocker.job() != null) {
                at = blocker.job();
                continue;
            }
            FenceRef.Foreign fence = blocker == null ? null : blocker.fence();
            if (fence == null) {
                break;
            }
            Root root = roots.computeIfAbsent(
                    "fence " + fence.key(), k -> new Root(book.describe(fence), null, Long.MAX_VALUE));
            root.sinceNs = Math.min(root.sinceNs, at.life().submittedNs());
            return "fence " + fence.key();
        }
        addRoot(at);
        return key(at);
    }

    private static Long key(Unended job) {
        return job.known().job.key();
    }

    private void addRoot(Unended job) {
        long since = job.ran() ? job.life().ranNs() : job.life().submittedNs();
        roots.computeIfAbsent(key(job), k -> new Root(job.known().describe(), job.fate(), since));
    }

    private void waiter(OpenWait wait) {
        Object key = wait.job == null ? null : rootOf.get(wait.job.job.key());
        Root root = key == null ? null : roots.get(key);
        if (root != null) {
            add(root.waiters, wait.task + "-" + wait.pid);
        }
    }

    private static void add(List<String> names, String name) {
        if (names.size() < SHOWN) {
            names.add(name);
        }
    }
}
