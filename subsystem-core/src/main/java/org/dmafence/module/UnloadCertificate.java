package org.dmafence.module;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a module, step by step, and the proof that it is gone or the list of what keeps it. Text and numbers only: it
 * may be kept for ever.
 *
 * @param module the driver's name
 * @param refused whether the module stays ({@code -EBUSY}), because {@link #pins} need it; it is {@link ModuleState#LIVE}
 * @param forced whether something needed the module and was cut off; see {@link #severed}
 * @param reached the state at the end
 * @param steps what was done, in order
 * @param fencesCreated fences that the module ever made
 * @param fencesSignaled those that signalled
 * @param fencesSignaledByPolicy those of them that nobody else signalled: they got the policy's error
 * @param fencesLeft those that could not be signalled
 * @param fencesDetached those that dropped the driver's ops when they signalled
 * @param fencesKeptOps those that had signalled, were still referenced and kept ops or a lock, when the driver was let go or
 *     the unloading refused
 * @param entombed those whose ops were replaced by tombstones
 * @param tombstoneCalls calls to those until now
 * @param callbacksRun deferred callbacks of the driver's that ran
 * @param collected whether the driver's class loader is proven gone
 * @param gcCycles collections asked for to prove it
 * @param pins what keeps the module, or its loader; empty when it is collected
 * @param severed what was cut off by force
 */
public record UnloadCertificate(
        String module,
        boolean refused,
        boolean forced,
        ModuleState reached,
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
        List<Pin> severed) {

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

    /** How long everything before the search for proof took. */
    public long unloadNs() {
        return steps.stream()
                .filter(step -> !step.name().equals("collect"))
                .mapToLong(step -> step.startNs() + step.durationNs())
                .max()
                .orElse(0);
    }

    private String verdict() {
        if (refused) {
            return "refused, -EBUSY: the module stays";
        }
        String how = forced ? " by force" : "";
        return switch (reached) {
            case COLLECTED -> "unloaded" + how + ", loader collected after " + gcCycles + " gc";
            case PINNED -> "unloaded" + how + ", but the loader is still reachable after " + gcCycles + " gc";
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
        if (forced) {
            text.append(String.format("  forced   %d entombed, %d stale calls so far%n", entombed, tombstoneCalls));
        }
        for (Step step : steps) {
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
