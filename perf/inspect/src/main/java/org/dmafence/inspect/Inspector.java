package org.dmafence.inspect;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmafence.ftrace.FenceRef;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.TraceEvent;
import org.dmafence.ftrace.TraceEvent.DmaFence;
import org.dmafence.ftrace.TraceEvent.FenceAction;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.jobs.JobLife;
import org.dmafence.jobs.JobLife.Fate;
import org.dmafence.jobs.JobLives;
import org.jspecify.annotations.Nullable;

/** Inspects a capture in one pass. Used by one thread, once. */
public final class Inspector {
    /** A job's fence signals a little after its end, and then its story is complete. */
    private static final long SETTLED_NS = 50_000_000;

    private static final int UNSETTLED = 1 << 12;

    private static final int MAX_WAITERS = 1 << 16;

    private static final int NESTED = 64;

    private static final int MAX_NAMES = 100;

    /** A fence of the hardware's, and the job's own, signal in the same interrupt. */
    private static final long LOST_AFTER_NS = 10_000_000;

    private record Settling(JobLife life, Known known) {}

    private final InspectSelection selection;
    private final Watcher watcher;
    private final @Nullable StoryTeller teller;
    private final Witness witness = new Witness();
    private final Book book = new Book(witness);
    private final Stories stories = new Stories(witness, book);
    private final Totals totals = new Totals();
    private final ArrayDeque<Settling> settling = new ArrayDeque<>();
    private final Map<Integer, ArrayDeque<OpenWait>> waiting = new Recent<>(MAX_WAITERS);
    private final List<Unended> unended = new ArrayList<>();
    private final Set<String> rings = new LinkedHashSet<>();
    private final Set<String> clients = new LinkedHashSet<>();

    private Inspector(InspectSelection selection, Watcher watcher) {
        this.selection = selection;
        this.watcher = watcher;
        teller = selection.fence() == null ? null : new StoryTeller(selection.fence());
    }

    /**
     * Reads a capture to its end; the reader stays the caller's to close.
     *
     * @param reader opened for everything there is
     * @param watcher is shown what is selected
     * @throws TraceFormatException reading fails, or it turns out that the input is no usable capture
     */
    public static Inspection read(TraceReader reader, InspectSelection selection, Watcher watcher)
            throws TraceFormatException {
        Inspector inspector = new Inspector(selection, watcher);
        reader.watch(inspector::see);
        return inspector.end(reader, JobLives.read(reader, inspector::life, inspector::step));
    }

    private void see(TraceEvent event) {
        witness.accept(event);
        if (event instanceof DmaFence e && e.action() == FenceAction.SIGNALED) {
            book.signaled(FenceName.key(e.context(), e.seqno()), e.stamp());
        }
        if (teller != null) {
            teller.see(event);
        }
    }

    private void step(ReplayStep step) {
        settle(step.timeNs());
        if (step instanceof ReplayStep.JobSubmitted s) {
            book.submitted(s);
        } else if (step instanceof ReplayStep.JobRan s) {
            book.ran(s);
        } else if (step instanceof ReplayStep.JobDone s) {
            book.done(s.jobKey(), s.timeNs());
        } else if (step instanceof ReplayStep.FinishedSignaled s) {
            book.done(s.jobKey(), s.timeNs());
        } else if (step instanceof ReplayStep.ForeignSignaled s) {
            book.foreignSignaled(s.foreignKey(), s.timeNs());
        } else if (step instanceof ReplayStep.WaitStarted s) {
            started(s);
        } else if (step instanceof ReplayStep.WaitEnded s) {
            ended(s);
        }
    }

    private void life(JobLife life) {
        Known known = book.get(life.job().key());
        if (known == null) {
            throw new IllegalStateException("a job that was not submitted: " + life.job());
        }
        if (life.endedNs() != JobLife.NEVER) {
            known.beganNs = life.beganNs();
            settling.add(new Settling(life, known));
            return;
        }
        if (life.fate() == Fate.NOT_RECORDED) { // there may be as many as the capture has jobs
            book.close(known);
            tell(stories.job(life, known, known.signal == null ? Fate.NOT_RECORDED : Fate.ENDED_OTHERWISE));
            return;
        }
        unended.add(new Unended(life, known, life.fate()));
    }

    private void settle(long timeNs) {
        while (!settling.isEmpty()
                && (settling.size() > UNSETTLED || settling.element().life.endedNs() + SETTLED_NS < timeNs)) {
            Settling next = settling.remove();
            book.close(next.known);
            tell(stories.job(next.life, next.known, next.life.fate()));
        }
    }

    private void tell(JobStory job) {
        if (teller != null) {
            teller.job(job);
        }
        note(rings, job.where());
        note(clients, job.client());
        if (selection.has(job)) {
            totals.job(job);
            watcher.job(job);
        }
    }

    private static void note(Set<String> names, String name) {
        if (names.size() < MAX_NAMES) {
            names.add(name);
        }
    }

    private void started(ReplayStep.WaitStarted step) {
        FenceRef ref = step.fence();
        Known job = ref instanceof FenceRef.Finished f
                ? book.get(f.jobKey())
                : ref instanceof FenceRef.Scheduled f ? book.get(f.jobKey()) : null;
        boolean scheduled = ref instanceof FenceRef.Scheduled;
        FenceName fence = name(ref, job);
        if (fence == null) {
            return;
        }
        ArrayDeque<OpenWait> open = waiting.computeIfAbsent(step.pid(), p -> new ArrayDeque<>(2));
        for (OpenWait wait : open) {
            if (wait.fence.key() == fence.key()) {
                wait.depth++;
                return;
            }
        }
        if (open.size() < NESTED) {
            open.add(new OpenWait(step.task(), step.pid(), step.timeNs(), fence, job, scheduled, on(ref, job)));
        }
    }

    private void ended(ReplayStep.WaitEnded step) {
        ArrayDeque<OpenWait> open = waiting.get(step.pid());
        FenceRef ref = step.fence();
        Known job = ref instanceof FenceRef.Finished f
                ? book.get(f.jobKey())
                : ref instanceof FenceRef.Scheduled f ? book.get(f.jobKey()) : null;
        FenceName fence = name(ref, job);
        if (open == null || fence == null) {
            return;
        }
        OpenWait wait = open.stream()
                .filter(each -> each.fence.key() == fence.key())
                .findFirst()
                .orElse(null);
        if (wait != null && --wait.depth == 0) {
            open.remove(wait);
            if (open.isEmpty()) {
                waiting.remove(step.pid());
            }
            tell(stories.wait(wait, step.timeNs()));
        }
    }

    private static @Nullable FenceName name(FenceRef ref, @Nullable Known job) {
        if (ref instanceof FenceRef.Foreign f) {
            return FenceName.of(f.fence());
        }
        if (ref instanceof FenceRef.Unrelated f) {
            return FenceName.of(f.fence());
        }
        FenceName finished = job == null ? null : job.fence();
        return finished != null && ref instanceof FenceRef.Scheduled ? finished.scheduled() : finished;
    }

    private static String on(FenceRef ref, @Nullable Known job) {
        if (job != null) {
            return job.job.ring().toString();
        }
        if (ref instanceof FenceRef.Foreign f) {
            return f.driver() + "/" + f.timeline();
        }
        return ref instanceof FenceRef.Unrelated f ? f.driver() + "/" + f.timeline() : "";
    }

    private void tell(WaitStory wait) {
        if (teller != null) {
            teller.waited(wait);
        }
        note(clients, wait.task() + "-" + wait.pid());
        if (selection.has(wait)) {
            totals.wait(wait);
            watcher.waited(wait);
        }
    }

    private Inspection end(TraceReader reader, JobLives.Found found) {
        settle(Long.MAX_VALUE);
        long endNs = found.summary().lastNs();
        List<Unended> fated = unended.stream()
                .map(job -> new Unended(job.life(), job.known(), fate(job, endNs)))
                .toList();
        List<OpenWait> waits =
                waiting.values().stream().flatMap(ArrayDeque::stream).toList();
        List<Stuck> stuck =
                Blocked.find(book, fated, waits, found.summary().knownEvents().containsKey("dma_fence_signaled"));
        for (Unended job : fated) {
            book.close(job.known());
            tell(stories.job(job.life(), job.known(), job.fate()));
        }
        waits.forEach(wait -> tell(stories.wait(wait, JobLife.NEVER)));
        CaptureFacts facts = Contents.of(reader, found.summary(), found.allCpusSinceNs(), rings, clients);
        JobTally tally = totals.tally();
        return new Inspection(
                facts,
                tally,
                totals.rings(),
                totals.clients(),
                totals.waiting(),
                totals.slowestWaits(),
                totals.slowestJobs(),
                totals.notEnded(),
                stuck,
                InspectFindings.of(facts, tally, stuck, totals),
                teller == null ? null : teller.story(),
                null,
                List.of());
    }

    /** What a job's own fence, and the hardware's, say of a job that its events do not end. */
    private static Fate fate(Unended job, long endNs) {
        Known known = job.known();
        if (known.signal != null) {
            return Fate.ENDED_OTHERWISE;
        }
        Handover run = known.handover;
        boolean mayBeLost = job.fate() == Fate.RUNNING || job.fate() == Fate.HUNG;
        if (!mayBeLost || run == null || run.hardwareSignaledNs == JobLife.NEVER) {
            return job.fate();
        }
        return endNs - run.hardwareSignaledNs > LOST_AFTER_NS ? Fate.LOST : job.fate();
    }
}
