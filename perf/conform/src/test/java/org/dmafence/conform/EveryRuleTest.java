package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule excuses what its cause reaches: whatever else is made wrong in a case that rests on it is found. */
class EveryRuleTest {
    private static final Path OPEN = Path.of("src/test/resources/oracle");

    /** Rules of modules are asked in {@link ModuleReachIT}, which has one. */
    private static final Set<String> OF_MODULES =
            Set.of("issuer-gone", "unloading-ends-fences", "module-tells-no-deadline");

    /** Differs in tracepoints only; {@link #shouldFindACallbackOutOfPlaceBehindContainers()}. */
    private static final String CONTAINERS = "container-signals-inside-get-status";

    /** Where another order is excused, a recording that is wrong elsewhere may be right for that order. */
    private static final Set<String> OF_ORDER = Set.of(
            "equal-fences-merged",
            "decided-by-microseconds",
            "priority-moves-the-entity",
            "round-robin-by-keys",
            "finished-jobs-are-freed-at-once",
            "dependencies-before-arming");

    private static final String ALL = """
            no-null-fences                  7.2  dma_fence/null_fence_ops
            array-error-reads-0             own  dma_fence_array/signaled_early_reads_pending
            positive-errors-are-errors      own  dma_fence_array/positive_error_of_a_member
            no-empty-arrays                 own  dma_fence_array/of_no_fences
            equal-fences-merged             7.2  dma_fence_unwrap/random_4022
            stub-references                 7.2  dma_fence/stub
            no-handle-0                     7.2  drm_syncobj/create_destroy
            no-eventfd                      7.2  drm_syncobj/eventfd_binary
            entities-keep-no-reference      7.2  drm_sched/basic_one_job
            priority-is-clamped             7.2  drm_sched/priority_out_of_bounds
            priority-moves-the-entity       7.2  drm_sched/set_priority_takes_effect
            timed-out-job-is-freed          7.2  drm_sched/timeout_nominal_leaks_from_pending
            push-to-killed-ends-the-job     7.2  drm_sched/v72_entity_kill
            cleanup-ends-armed-job          7.2  drm_sched/job_cleanup_after_arm_without_push
            fini-ends-what-is-left          7.2  drm_sched/fini_with_queued_jobs
            all-end-before-any-is-freed     7.2  drm_sched/v72_fini_with_cancel_job_one_done
            dependencies-before-arming      7.2  drm_sched/dependency_cycle_across_entities_waits_forever
            resubmitting-needs-a-stop       own  drm_sched/resubmitted_without_a_stop
            finishing-twice-is-harmless     own  drm_sched/entity_finished_twice
            decided-by-microseconds         7.2  drm_sched/fair_random_8503
            not-in-7.2                      6.12 dma_fence_array/any_not_enabled
            ops-are-detached                6.12 dma_fence/stub
            inline-locks                    6.12 dma_fence/stub
            names-of-signalled-fences       6.12 dma_fence/names_before_after_signal
            describe-format                 6.12 dma_fence/names_before_after_signal
            merge-polls-once-less           6.12 dma_fence_unwrap/random_4004
            no-job-ids                      6.12 drm_sched/credits_basic
            round-robin-by-keys             6.12 drm_sched/rr_three_entities_order
            finished-jobs-are-freed-at-once 6.12 drm_sched/random_8035
            entities-have-a-scheduler       6.12 drm_sched/entity_init_errors
            """;

    static Stream<List<String>> all() {
        return ALL.lines().map(line -> Arrays.asList(line.split(" +")));
    }

    static PlantedMistakes of(String where, String id, @Nullable Path jar) throws OracleException {
        Path directory = where.equals("own") ? OwnCasesTest.OWN : OPEN.resolve("linux-" + where);
        Path path = directory.resolve(id.substring(0, id.indexOf('/')) + ".json");
        OracleFile file = OracleFile.readAll(List.of(path)).get(0);
        OracleCase each = file.cases().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
        return new PlantedMistakes(file, each, jar);
    }

    @Test
    void shouldHaveACaseForEveryRule() {
        Set<String> asked = all().map(line -> line.get(0)).collect(Collectors.toCollection(TreeSet::new));
        asked.addAll(OF_MODULES);
        asked.add(CONTAINERS);
        assertThat(asked)
                .containsExactlyInAnyOrderElementsOf(
                        Deviations.all().stream().map(Deviation::name).toList());
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldFindEveryOtherMistake(List<String> line) throws Exception {
        PlantedMistakes planted = of(line.get(1), line.get(2), null);
        assertThat(planted.rules()).contains(line.get(0)).doesNotContain("");
        assertThat(planted.missed(mistake -> isFree(line, mistake))).isEmpty();
        assertThat(planted.mistakes()).hasSizeGreaterThan(2);
    }

    /** What need not be found elsewhere. */
    private static boolean isFree(List<String> line, PlantedMistakes.Mistake mistake) {
        boolean ofEvents = !mistake.how().startsWith("result") && !mistake.how().equals("alien");
        boolean freedInOneGo = line.get(1).equals("6.12") && mistake.how().matches("swap (run|free)_job");
        return mistake.how().startsWith("swap async")
                || freedInOneGo
                || (OF_ORDER.contains(line.get(0)) && (ofEvents || mistake.isResult()));
    }

    @Test
    void shouldFindACallbackOutOfPlaceBehindContainers() throws Exception {
        PlantedMistakes planted = of("7.2", "dma_fence_array/random_2002.all", null);
        List<PlantedMistakes.Mistake> polls = planted.mistakes().stream()
                .filter(mistake ->
                        mistake.index() == 37 && mistake.how().matches("(twice|drop|swap) (cb|signaled)|alien"))
                .filter(mistake -> !mistake.how().equals("swap cb")) // of a member and a container
                .toList();
        assertThat(polls).hasSizeGreaterThan(5).allMatch(planted::finds);
    }
}
