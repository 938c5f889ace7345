package org.dmafence.ftrace;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Relates jobs to their fences before 6.17, when a submission prints only a pointer. Arming a job initialises two
 * fences {@code C:S} and {@code C+1:S} of driver {@code drm_sched}, timeline the ring; the same task pushes the job
 * soon after. So a submission takes the oldest pair its task armed for the ring, of the context its entity used before
 * if that is known. A wrong guess, after lost events, is corrected by the first {@code drm_sched_job_wait_dep} that
 * prints pointer and identity together.
 */
final class ArmedFences {
    private static final int MAX_TASKS = 1024;
    private static final int MAX_PER_TASK = 64;
    private static final int MAX_ENTITIES = 65_536;

    /** An armed job's finished fence. */
    record Pair(String ring, long context, long seqno) {}

    /**
     * The fence that a job gets.
     *
     * @param guessed whether nothing but the task speaks for it: its entity's context is not known yet
     */
    record Claim(Pair pair, boolean guessed) {}

    private static final class Task {
        @Nullable Pair unpaired;

        final ArrayDeque<Pair> pairs = new ArrayDeque<>();
    }

    private static <K, V> Map<K, V> latest(int capacity) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }

    private final Map<Integer, Task> tasks = latest(MAX_TASKS);
    private final Map<Long, Long> contextOfEntity = latest(MAX_ENTITIES);
    private final Map<Long, Long> entityOfContext = latest(MAX_ENTITIES);

    /** A {@code drm_sched} fence is initialised. */
    void initialised(int pid, String timeline, long context, long seqno) {
        Task task = tasks.computeIfAbsent(pid, p -> new Task());
        Pair fence = new Pair(timeline, context, seqno);
        Pair scheduled = task.unpaired;
        if (scheduled == null || !scheduled.equals(new Pair(timeline, context - 1, seqno))) {
            task.unpaired = fence;
            return;
        }
        task.unpaired = null;
        task.pairs.addLast(fence);
        if (task.pairs.size() > MAX_PER_TASK) {
            task.pairs.removeFirst();
        }
    }

    /** The finished fence of the job a task submits; null when its arming is not in the trace. */
    @Nullable Claim claim(int pid, String ring, long entity, ForeignFences fences) {
        Task task = tasks.get(pid);
        if (task == null) {
            return null;
        }
        Long known = contextOfEntity.get(entity);
        Pair ofContext = null;
        Pair ofStranger = null;
        for (Iterator<Pair> pairs = task.pairs.iterator(); pairs.hasNext(); ) {
            Pair pair = pairs.next();
            ForeignFence fence = fences.get(pair.context, pair.seqno);
            if (fence == null || fence.signaled) {
                // Its submission was lost, and it ended meanwhile.
                pairs.remove();
                continue;
            }
            if (!pair.ring.equals(ring)) {
                continue;
            }
            if (known != null && known == pair.context) {
                ofContext = pair;
                break;
            }
            Long owner = entityOfContext.get(pair.context);
            if (ofStranger == null && (owner == null || owner == entity)) {
                ofStranger = pair;
            }
        }
        Pair claimed = ofContext != null ? ofContext : ofStranger;
        if (claimed != null) {
            task.pairs.remove(claimed);
            learn(entity, claimed.context);
        }
        return claimed == null ? null : new Claim(claimed, ofContext == null);
    }

    /** Notes which context an entity's finished fences have. */
    void learn(long entity, long context) {
        Long before = contextOfEntity.put(entity, context);
        if (before != null && before != context) {
            entityOfContext.remove(before, entity);
        }
        entityOfContext.put(context, entity);
    }
}
