package org.dmafence.departure;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.dmafence.module.Pin;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to unload a driver; the module's own certificate in the report's words.
 *
 * @param refused whether it was refused with {@code -EBUSY}
 * @param reached how far it came: a {@link org.dmafence.module.ModuleState}
 * @param collected whether the collector took the driver's loader: the proof that nothing is left of it
 * @param steps in the order they were taken
 * @param signaledByPolicy fences that the issuer-death policy ended
 * @param detached fences that dropped the driver's ops when they signalled
 * @param keptOps fences that kept them
 * @param entombed fences whose ops were replaced by a tombstone
 * @param gcCycles collections it took to prove that it is gone
 * @param pins what keeps it
 */
public record Certificate(
        boolean refused,
        String reached,
        boolean collected,
        long durationNs,
        List<Step> steps,
        long fencesCreated,
        long fencesSignaled,
        long signaledByPolicy,
        long left,
        long detached,
        long keptOps,
        long entombed,
        int gcCycles,
        List<Held> pins) {

    /** One step and how long it took. */
    public record Step(String name, long durationNs) {}

    /**
     * What keeps the driver.
     *
     * @param kind a {@link Pin.Kind}
     * @param what in words
     * @param site where it was made, null if that is not known
     * @param count how many of the same
     */
    public record Held(String kind, String what, @Nullable String site, long count) {
        /** In words, with the count, as in {@code 30 fences keep its ops}. */
        public String sentence() {
            String fences = Units.count(count, "fence") + (count == 1 ? " keeps " : " keep ");
            return switch (kind) {
                case "FENCE_OPS" -> fences + "its ops" + what.replaceFirst("^fence with ops ", " ");
                case "FENCE_UNSIGNALED" ->
                    Units.count(count, "fence") + (count == 1 ? " has" : " have") + " not signaled";
                case "FENCE_LOCK" -> fences + "a lock in its memory";
                default -> (count == 1 ? "" : Units.count(count) + " x ") + what;
            };
        }

        static Held of(Pin pin) {
            // Each load has a loader of its own, whose name the frames begin with: the place is the same.
            String site = pin.site() == null ? null : pin.site().replaceAll("module [^/ ]+//", "");
            return new Held(pin.kind().name(), pin.what(), site, pin.count());
        }
    }

    /** Takes over what the module says. */
    public static Certificate of(UnloadCertificate c) {
        List<Step> steps = c.steps().stream()
                .map(step -> new Step(step.name(), step.durationNs()))
                .toList();
        return new Certificate(
                c.refused(),
                c.reached().name(),
                c.collected(),
                steps.stream().mapToLong(Step::durationNs).sum(),
                steps,
                c.fencesCreated(),
                c.fencesSignaled(),
                c.fencesSignaledByPolicy(),
                c.fencesLeft(),
                c.fencesDetached(),
                c.fencesKeptOps(),
                c.entombed(),
                c.gcCycles(),
                c.pins().stream().map(Held::of).toList());
    }

    /** What it is when it is not collected, in a word. */
    public String blemish() {
        return switch (reached) {
            case "LEAKED" -> "outlived";
            case "UNPROVEN" -> "unproven";
            default -> "pinned";
        };
    }

    /** What kinds of things keep the driver, such as {@code ops, lock}. */
    public String pinKinds() {
        return pins.stream()
                .map(pin -> pin.kind()
                        .replaceFirst("^FENCE_", "")
                        .toLowerCase(Locale.ROOT)
                        .replace('_', ' '))
                .distinct()
                .sorted(Comparator.reverseOrder())
                .collect(Collectors.joining(", "));
    }

    /** What keeps the driver, in one line. */
    public String pinnedBy() {
        return pins.isEmpty()
                ? "nothing that is known"
                : pins.stream().map(Held::sentence).distinct().collect(Collectors.joining("; "));
    }
}
