package org.dmafence.module;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a module, step by step, and the proof that it is gone or the list of what keeps it. Text and numbers
 * only: it may be kept for ever.
 *
 * @param module the driver's name
 * @param refused whether the module stays ({@code -EBUSY}), because {@link #pins} need it; it is {@link
 *     ModuleState#LIVE}
 * @param forced whether fences needed the module and were cut off; see {@link #severed}
 * @param reached the state at the end
 * @param tookNs how long it all took; the steps add up to it
 * @param steps what was done, in order, one beginning where the one before ended
 * @param fencesCreated fences that the module ever made
 * @param fencesSignaled those that signalled
 * @param fencesSignaledByPolicy those of them that nobody else signalled: they got the policy's error
 * @param fencesLeft those that could not be signalled
 * @param fencesDetached those that dropped the driver's ops when they signalled
 * @param fencesKeptOps those that had signalled, were still referenced and kept ops or a lock, when the driver was
 *     released or the unloading refused
 * @param entombed those whose ops were replaced by tombstones
 * @param tombstoneCalls calls to those until now
 * @param callbacksRun deferred callbacks of the driver's that ran
 * @param collected whether nothing is left: the driver's class loader is proven gone, and so are the threads it started
 * @param gcCycles collections asked for to prove it
 * @param pins what keeps the module or its loader, or lives on without it; empty when it is collected
 * @param severed what was cut off: by force from its fences, and in any case from lists of ours
 * @param jobs what became of its schedulers' jobs, {@code null} where nobody scheduled any
 */
public record UnloadCertificate(
        String module,
        boolean refused,
        boolean forced,
        ModuleState reached,
        long tookNs,
        List<Step> steps,
        long fencesCreated,
        long fencesSignaled,
        long fencesSignaledByPolicy,
        long fencesLeft,
        long fencesDetached,
        long fencesKeptOps,
        long entombed,
        long tombstoneCalls,
        long callbacksRun,
        boolean collected,
        int gcCycles,
        List<Pin> pins,
        List<Pin> severed,
        @Nullable Jobs jobs) {

    public UnloadCertificate {
        steps = List.copyOf(steps);
        pins = List.copyOf(pins);
        severed = List.copyOf(severed);
    }

    /**
     * One step.
     *
     * @param name such as {@code drain}
     * @param startNs since the unloading began
     * @param durationNs how long it took
     * @param problem what went wrong, {@code null} if nothing did
     */
    public record Step(
            String name,
            long startNs,
            long durationNs,
            @Nullable String problem) {}

    /**
     * The jobs of a driver's schedulers.
     *
     * @param submitted all that were ever taken
     * @param ended those whose fences had signalled when the certificate was made
     */
    public record Jobs(long submitted, long ended) {
        /** Those that had not. */
        public long left() {
            return submitted - ended;
        }
    }

    /** The same with what became of jobs, for an embedder that ran schedulers on the module's rings. */
    public UnloadCertificate withJobs(Jobs counted) {
        return new UnloadCertificate(
                module,
                refused,
                forced,
                reached,
                tookNs,
                steps,
                fencesCreated,
                fencesSignaled,
                fencesSignaledByPolicy,
                fencesLeft,
                fencesDetached,
                fencesKeptOps,
                entombed,
                tombstoneCalls,
                callbacksRun,
                collected,
                gcCycles,
                pins,
                severed,
                counted);
    }

    /** The same with what has come to light since; times are those of the unloading. */
    UnloadCertificate renewed(ModuleState now, long lateCalls, int cycles, List<Pin> found) {
        if (now == reached && lateCalls == tombstoneCalls && cycles == gcCycles && found.equals(pins)) {
            return this;
        }
        return new UnloadCertificate(
                module,
                refused,
                forced,
                now,
                tookNs,
                steps,
                fencesCreated,
                fencesSignaled,
                fencesSignaledByPolicy,
                fencesLeft,
                fencesDetached,
                fencesKeptOps,
                entombed,
                lateCalls,
                callbacksRun,
                now == ModuleState.COLLECTED,
                cycles,
                found,
                severed,
                jobs);
    }

    /** How long everything before the search for proof took. */
    public long unloadNs() {
        return steps.stream()
                .filter(step -> step.name().equals("collect"))
                .mapToLong(Step::startNs)
                .findFirst()
                .orElse(tookNs);
    }

    private String verdict() {
        if (refused) {
            return "refused, -EBUSY: the module stays";
        }
        String how = forced ? " by force" : "";
        String after = " after " + gcCycles + " gc";
        return switch (reached) {
            case COLLECTED -> "unloaded" + how + ", loader collected" + after;
            case LEAKED -> "unloaded" + how + ", loader collected" + after + ", but threads that it started live on";
            case PINNED -> "unloaded" + how + ", but the loader is still reachable" + after;
            case UNPROVEN -> "unloaded" + how + ", unproven: nobody can tell whether the loader is held";
            default -> "unloaded" + how + ", collection not asked for";
        };
    }

    /** The certificate as a short text of several lines. */
    public String render() {
        StringBuilder text = new StringBuilder();
        text.append("module ").append(module).append(": ").append(verdict()).append('\n');
        text.append(String.format(
                "  fences   %d created, %d signalled (%d by policy), %d detached, %d kept ops, %d left%n",
                fencesCreated, fencesSignaled, fencesSignaledByPolicy, fencesDetached, fencesKeptOps, fencesLeft));
        if (jobs != null) {
            text.append(String.format(
                    "  jobs     %d submitted, %d ended, %d left%n", jobs.submitted(), jobs.ended(), jobs.left()));
        }
        if (forced) {
            text.append(String.format("  forced   %d entombed, %d stale calls so far%n", entombed, tombstoneCalls));
        }
        List<Step> lines = new ArrayList<>(steps);
        lines.add(new Step("in all", 0, tookNs, null));
        for (Step step : lines) {
            text.append(String.format("  %-12s %10s", step.name(), Durations.text(step.durationNs())));
            text.append(step.problem() == null ? "" : "  " + step.problem()).append('\n');
        }
        severed.forEach(pin -> text.append("  cut      ").append(pin).append('\n'));
        pins.forEach(pin -> text.append("  pinned   ").append(pin).append('\n'));
        return text.toString();
    }

    @Override
    public String toString() {
        return render();
    }
}
