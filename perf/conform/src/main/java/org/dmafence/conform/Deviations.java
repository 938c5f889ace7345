package org.dmafence.conform;

import static org.dmafence.conform.Deviation.Scope.BEFORE_SERIES;
import static org.dmafence.conform.Deviation.Scope.OURS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dmafence.conform.Difference.Aspect;

/**
 * All differences from real kernels that are not faults, each under the name of its cause. The first rule that explains
 * a difference counts. Nothing here may ask for a case's id, and a rule should ask for as little as its cause reaches.
 */
final class Deviations {
    private static final Set<String> LITERALS = Set.of("detached-driver", "signaled-timeline");
    /** How long the name of a sync_file may be. */
    private static final int MAX_NAME = 31;

    private static final Set<String> OF_NULL = Set.of("ret", "signal", "signal_timestamp");
    private static final Set<String> NULL_WARNINGS = Set.of("dma_fence_signal", "dma_fence_signal_timestamp");

    private static final Deviation NOT_EXPRESSIBLE = new Deviation(
            "not-in-7.2",
            "arrays that signal with their first fence were removed before 7.2; what follows can't be compared",
            BEFORE_SERIES,
            difference -> difference.has(Note.NOT_EXPRESSIBLE));

    private static final Deviation NO_EMPTY_ARRAYS = new Deviation(
            "no-empty-arrays",
            "an array of no fences is refused, since nothing would signal it; what follows can't be compared",
            OURS,
            difference -> difference.has(Note.EMPTY_ARRAY));

    private static final List<Deviation> OF_FENCES = List.of(
            NOT_EXPRESSIBLE,
            NO_EMPTY_ARRAYS,
            new Deviation(
                    "issuer-gone",
                    "the kernel crashed on the memory of an unloaded module; ours answers, with a typed error where the answer"
                            + " would have been the module's",
                    OURS,
                    Deviations::isCrash),
            new Deviation(
                    "unloading-ends-fences",
                    "a fence that its issuer leaves unsignalled is signalled with -ECANCELED when the module is unloaded; the"
                            + " kernel leaves it pending for ever",
                    OURS,
                    difference -> difference.has(Note.ENDED_BY_POLICY)
                            && difference.effects().reach().isOfIssued(difference)),
            new Deviation(
                    "module-tells-no-deadline",
                    "where a recorded module's event has no deadline it tells that the op was called, not by when; ours has the one"
                            + " that was asked for",
                    OURS,
                    Deviations::isUntoldDeadline),
            new Deviation(
                    "no-null-fences",
                    "a null fence is refused by the language, not warned of",
                    OURS,
                    difference -> difference.has(Note.NULL_FENCE) && isRefusedNull(difference)),
            new Deviation(
                    "array-error-reads-0",
                    "the raw error of an array reads 0 until one of its fences failed; the kernel keeps a 1 there, which is no"
                            + " errno",
                    OURS,
                    difference -> (difference.has(Note.PENDING_ARRAY)
                                    && difference.path().equals("error")
                                    && difference.kernel().asInt() == 1
                                    && difference.ours().asInt() == 0)
                            || (difference.has(Note.ARRAY_SIGNALED_EARLY) && ErrorNumbers.arePending(difference))),
            new Deviation(
                    "positive-errors-are-errors",
                    "a positive number that was set as an error is reported, and is the error of that number to whoever hears of it;"
                            + " the kernel warns as well, and takes it for success",
                    OURS,
                    difference -> difference.has(Note.POSITIVE_ERROR) && ErrorNumbers.areNegated(difference)),
            new Deviation(
                    "equal-fences-merged",
                    "of two fences with the same context and number a merge keeps one; which one follows from the kernel's"
                            + " unstable sort and is not guaranteed, here it is the last",
                    OURS,
                    difference -> difference.has(Note.TIED_MERGE) && difference.followsFromTies()),
            new Deviation(
                    "container-signals-inside-get-status",
                    "the kernel holds a fence's lock while get_status polls it, which puts off the containers of what that"
                            + " signals; here no lock of the core is held around a driver's op",
                    OURS,
                    difference -> difference.aspect() == Aspect.EVENTS
                            && difference.op().name().equals("dma_fence_get_status")
                            && difference.effects().reach().isOrderOfContainers(difference)),
            new Deviation(
                    "stub-references",
                    "how many references the shared stub has depends on everything that ran before",
                    OURS,
                    difference -> difference.has(Note.SHARED_STUB)
                            && difference.path().equals("refcount")),
            new Deviation(
                    "ops-are-detached",
                    "with the series a fence without wait and release ops drops its table when it signals",
                    BEFORE_SERIES,
                    difference -> difference.path().equals("ops_detached")),
            new Deviation(
                    "inline-locks",
                    "with the series a fence may have its lock inside, as the core's own have",
                    BEFORE_SERIES,
                    difference -> difference.path().equals("inline_lock")),
            new Deviation(
                    "no-handle-0",
                    "7.2 hands out syncobj handle 0 after somebody tried to destroy it; programs take 0 for none",
                    OURS,
                    difference -> difference.has(Note.HANDLE_0_DESTROYED)
                            && difference.path().equals("handle")
                            && difference.kernel().isInt()
                            && difference.kernel().asInt() == 0),
            new Deviation(
                    "no-eventfd",
                    "the recorded kernels were built without eventfd; ours has it",
                    OURS,
                    Deviations::isWithoutEventfd),
            new Deviation(
                    "names-of-signalled-fences",
                    "with the series a signalled fence answers the two literals, whoever issued it",
                    BEFORE_SERIES,
                    Deviations::isNamedByLiteral),
            new Deviation(
                    "describe-format",
                    "describe prints context and number first, and no names of signalled fences",
                    BEFORE_SERIES,
                    Deviations::isDescribedOtherwise),
            new Deviation(
                    "merge-polls-once-less",
                    "a merge that finds one unsignalled fence returns it at once; 6.12 polled it a second time",
                    BEFORE_SERIES,
                    Deviations::isSecondPoll));

    private static final List<Deviation> ALL =
            Stream.of(OF_FENCES, SchedDeviations.ALL).flatMap(List::stream).toList();

    private Deviations() {}

    /** The rules, in the order in which they are asked. */
    static List<Deviation> all() {
        return ALL;
    }

    /** The rule for an op after which a case can't be carried on, if it is one; that may show in no difference. */
    static Optional<Deviation> ending(Set<Note> notes) {
        if (notes.contains(Note.NOT_EXPRESSIBLE)) {
            return Optional.of(NOT_EXPRESSIBLE);
        }
        return notes.contains(Note.EMPTY_ARRAY) ? Optional.of(NO_EMPTY_ARRAYS) : Optional.empty();
    }

    /** The rule that explains a difference. */
    static Optional<Deviation> of(Difference difference) {
        return ALL.stream().filter(rule -> rule.explains(difference)).findFirst();
    }

    /** The kernel told nothing after it crashed. */
    private static boolean isCrash(Difference difference) {
        boolean crashed =
                difference.op().outcome().result().path("kernel_crash").asBoolean();
        boolean gone = difference.has(Note.ISSUER_GONE)
                || difference.has(Note.CUT_OFF)
                || difference.has(Note.ENDED_BY_POLICY);
        boolean silent = difference.aspect() == Aspect.EVENTS
                ? difference.effects().theirs().isEmpty()
                : difference.path().equals("kernel_crash")
                        || difference.kernel().isMissingNode();
        return crashed && gone && silent;
    }

    /** The kernel warned in the function that was called, and ours did not get there. */
    private static boolean isRefusedNull(Difference difference) {
        if (difference.aspect() == Aspect.RESULT) {
            return OF_NULL.contains(difference.path()) && difference.ours().isMissingNode();
        }
        String name = difference.op().name();
        List<JsonNode> theirs = new ArrayList<>(difference.effects().theirs());
        theirs.removeIf(event -> event.path("ev").asText().equals("WARN")
                && ((NULL_WARNINGS.contains(event.path("in").asText()) && name.equals("dma_fence_null_ops"))
                        || event.path("in").asText().equals(name)));
        return difference.effects().agree(theirs, difference.effects().mine());
    }

    /** ENOSYS, or no descriptor to read because none could be created. */
    private static boolean isWithoutEventfd(Difference difference) {
        int ret = difference.op().outcome().result().path("ret").asInt();
        boolean told = difference.path().equals("ret")
                || (difference.path().equals("value") && difference.kernel().asInt() == 0);
        return difference.aspect() == Aspect.RESULT
                && told
                && switch (difference.op().name()) {
                    case "DRM_IOCTL_SYNCOBJ_EVENTFD" -> ret == -38;
                    case "eventfd_read" -> ret == -9;
                    default -> false;
                };
    }

    /** The same fences in the same order, each signalled or not on both sides. */
    private static boolean isDescribedOtherwise(Difference difference) {
        return difference.op().name().endsWith("_describe")
                && difference.path().equals("text")
                && statesIn(difference.kernel()).equals(statesIn(difference.ours()));
    }

    /** Of each line the state of the fence and, in a reservation object, what it is used for. */
    private static List<String> statesIn(JsonNode text) {
        return text.asText()
                .lines()
                .map(line -> line.replaceFirst("^(\\t\\w+ )?.* (\\w+)$", "$1$2"))
                .toList();
    }

    /**
     * {@code dma_fence_set_deadline()} tells the op by when, in every kernel; what of it is printed is the recorded
     * module's choice.
     */
    private static boolean isUntoldDeadline(Difference difference) {
        if (!difference.has(Note.MODULE_DEADLINE) || difference.aspect() != Difference.Aspect.EVENTS) {
            return false;
        }
        String asked = difference.op().args().textOr("deadline", "");
        boolean untold =
                difference.effects().theirs().stream().anyMatch(event -> isDeadline(event) && !event.has("deadline"));
        boolean right = difference.effects().mine().stream()
                .allMatch(event ->
                        !isDeadline(event) || event.path("deadline").asText().equals(asked));
        return untold
                && right
                && difference
                        .effects()
                        .agree(
                                difference.effects().theirs(),
                                difference.effects().mine().stream()
                                        .map(Deviations::withoutDeadline)
                                        .toList());
    }

    private static JsonNode withoutDeadline(JsonNode event) {
        return isDeadline(event) ? ((ObjectNode) event.deepCopy()).without("deadline") : event;
    }

    private static boolean isDeadline(JsonNode event) {
        return event.path("ev").asText().equals("set_deadline");
    }

    private static boolean isNamedByLiteral(Difference difference) {
        return LITERALS.stream().anyMatch(difference.ours().toString()::contains)
                && LITERALS.stream().noneMatch(difference.kernel().toString()::contains)
                && isSameButLiterals(difference.kernel(), difference.ours());
    }

    /** Whether the kernel has some name where ours has a literal, and the same everywhere else. */
    private static boolean isSameButLiterals(JsonNode kernel, JsonNode ours) {
        if (ours.isTextual() && kernel.isTextual()) {
            if (ours.asText().startsWith("detached-driver-") && ours.asText().length() == MAX_NAME) {
                return true; // cut off within the second literal
            }
            String pattern = Pattern.quote(ours.asText());
            for (String literal : LITERALS) {
                pattern = pattern.replace(literal, "\\E.+\\Q");
            }
            return kernel.asText().matches("(?s)" + pattern);
        }
        if (kernel.isContainerNode() && kernel.size() == ours.size() && kernel.isArray() == ours.isArray()) {
            if (kernel.isArray()) {
                return IntStream.range(0, kernel.size()).allMatch(i -> isSameButLiterals(kernel.get(i), ours.get(i)));
            }
            return kernel.properties().stream()
                    .allMatch(field -> isSameButLiterals(field.getValue(), ours.path(field.getKey())));
        }
        return Comparison.sameValue(kernel, ours);
    }

    private static boolean isSecondPoll(Difference difference) {
        if (difference.aspect() != Aspect.EVENTS || !difference.op().name().endsWith("_merge")) {
            return false;
        }
        List<JsonNode> theirs = new ArrayList<>(difference.effects().theirs());
        for (int i = theirs.size() - 1; i > 0; i--) {
            JsonNode poll = theirs.get(i);
            boolean second = poll.path("ev").asText().equals("signaled")
                    && poll.path("ret").asInt() == 0
                    && theirs.indexOf(poll) < i;
            if (second) {
                theirs.remove(i);
                return difference.effects().agree(theirs, difference.effects().mine());
            }
        }
        return false;
    }
}
