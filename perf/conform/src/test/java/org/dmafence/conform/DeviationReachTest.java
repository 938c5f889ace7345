package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dmafence.conform.report.ConformReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A listed difference excuses what follows from it and nothing else: an answer that is made wrong further on is found.
 */
class DeviationReachTest {
    private static final String FAIR = "7.2, drm_sched, fair_random_8503, decided-by-microseconds";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private ObjectNode recorded(String release, String kind, String name) throws Exception {
        Path file = Path.of("src/test/resources/oracle/linux-" + release, kind + ".json");
        ObjectNode root = (ObjectNode) JSON.readTree(Files.readString(file));
        for (JsonNode each : root.path("cases")) {
            if (each.path("id").asText().equals(kind + "/" + name)) {
                root.putArray("cases").add(each);
                return root;
            }
        }
        throw new IllegalArgumentException("no case " + name + " in " + file);
    }

    private static ObjectNode op(ObjectNode root, int index) {
        return (ObjectNode) root.path("cases").path(0).path("ops").path(index);
    }

    private ConformReport run(ObjectNode root, int level) throws Exception {
        Path file = Files.writeString(directory.resolve("case.json"), root.toString());
        return ScenarioFiles.run(file, level);
    }

    @ParameterizedTest
    @CsvSource({
        "7.2, drm_sched, set_priority_takes_effect, priority-moves-the-entity",
        "7.2, drm_sched, set_priority_multi_sched_entity, priority-moves-the-entity",
        "6.12, drm_sched, rr_two_entities, round-robin-by-keys",
        "6.12, drm_sched, rr_three_entities_order, round-robin-by-keys",
        "7.2, drm_sched, dependency_cycle_across_entities_waits_forever, dependencies-before-arming",
        FAIR,
        "7.2, dma_fence_unwrap, random_4011, equal-fences-merged",
        "7.2, dma_fence_unwrap, random_4022, equal-fences-merged",
        "6.12, drm_sched, random_8017, finished-jobs-are-freed-at-once",
        "7.2, drm_sched, v72_fini_with_cancel_job_one_done, all-end-before-any-is-freed",
        "7.2, drm_sched, fini_wakes_flush, fini-ends-what-is-left",
        "6.12, drm_sched, fini_with_queued_jobs, fini-ends-what-is-left",
        "7.2, drm_sched, job_cleanup_after_arm_without_push, cleanup-ends-armed-job",
        "7.2, drm_sched, v72_entity_kill, push-to-killed-ends-the-job",
        "6.12, drm_sched, entity_init_errors, entities-have-a-scheduler",
    })
    void shouldExcuseWhatFollows(String release, String kind, String name, String rule) throws Exception {
        for (int level = 2; level <= 4; level++) {
            ConformReport report = run(recorded(release, kind, name), level);
            assertThat(report.findings()).isEmpty();
            assertThat(report.deviations())
                    .extracting(ConformReport.Deviation::name)
                    .contains(rule);
        }
    }

    @ParameterizedTest(name = "{2} op {3}: {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "7.2 | drm_sched | set_priority_takes_effect | 12 | seqno    | 7",
                "7.2 | drm_sched | set_priority_takes_effect | 10 | priority | 2",
                "7.2 | drm_sched | set_priority_takes_effect | 21 | sched    | \"s1\"",
                "7.2 | drm_sched | dependency_cycle_across_entities_waits_forever | 12 | stopped | 1",
                "7.2 | drm_sched | dependency_cycle_across_entities_waits_forever | 13 | error | -5",
                "7.2 | drm_sched | fair_random_8503 | 98 | pending | [\"j13\",\"j1\"]",
                "7.2 | drm_sched | fair_random_8503 | 98 | ready | 0",
                "7.2 | drm_sched | fair_random_8503 | 92 | ret | 0",
                "6.12 | drm_sched | rr_three_entities_order | 24 | seqno | 3",
                "7.2 | drm_sched | fini_with_queued_jobs | 11 | priority | 1",
                "7.2 | drm_sched | fini_with_queued_jobs | 11 | guilty | \"1\"",
                "7.2 | drm_sched | job_cleanup_after_arm_without_push | 5 | seqno | 2",
                "7.2 | dma_fence_unwrap | random_4022 | 13 | fences | [\"f2\",\"f2\"]",
                "7.2 | dma_fence_unwrap | random_4022 | 15 | fences | [\"f3\",\"f2\"]",
                "7.2 | dma_fence_unwrap | random_4022 | 18 | ret | 0",
                "7.2 | dma_fence_unwrap | random_4022 | 21 | ret | 0",
            })
    void shouldFindAWrongResultAfterADifference(
            String release, String kind, String name, int index, String field, String wrong) throws Exception {
        ObjectNode root = recorded(release, kind, name);
        op(root, index).withObject("/result").set(field, JSON.readTree(wrong));
        List<ConformReport.Finding> findings = run(root, 2).findings();
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).index()).isEqualTo(index);
        assertThat(findings.get(0).what()).contains(field);
    }

    @ParameterizedTest(name = "{2} op {3}: {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "7.2 | drm_sched | set_priority_takes_effect | 16 | {\"ev\":\"WARN\",\"in\":\"drm_sched_job_done\"}",
                "7.2 | drm_sched | set_priority_takes_effect | 16 | {\"ev\":\"free_job\",\"job\":\"blk\"}",
                "7.2 | drm_sched | set_priority_takes_effect | 16 | {\"ev\":\"run_job\",\"sched\":\"s0\",\"job\":\"a\",\"runs\":2}",
                "6.12 | drm_sched | rr_three_entities_order | 26 | {\"ev\":\"free_job\",\"job\":\"blk\"}",
                "6.12 | drm_sched | rr_three_entities_order | 26 | {\"ev\":\"timedout_job\",\"job\":\"a1\",\"mode\":\"nominal\"}",
                "7.2 | drm_sched | dependency_cycle_across_entities_waits_forever | 14 | {\"ev\":\"WARN\",\"in\":\"drm_sched_entity_fini\"}",
                "7.2 | drm_sched | fair_random_8503 | 84 | {\"ev\":\"free_job\",\"job\":\"j1\"}",
                "7.2 | drm_sched | v72_fini_with_cancel_job_one_done | 13 | {\"ev\":\"cancel_job\",\"job\":\"a\",\"hw\":\"a.hw\"}",
                "7.2 | drm_sched | v72_fini_with_cancel_job_one_done | 13 | {\"ev\":\"free_job\",\"job\":\"a\",\"finished_error\":-125}",
                "7.2 | drm_sched | fini_with_queued_jobs | 8 | {\"ev\":\"WARN\",\"in\":\"drm_sched_fini\"}",
                "7.2 | drm_sched | job_cleanup_after_arm_without_push | 4 | {\"ev\":\"WARN\",\"in\":\"drm_sched_job_cleanup\"}",
                "7.2 | drm_sched | v72_entity_kill | 16 | {\"ev\":\"free_job\",\"job\":\"b\",\"finished_error\":-3}",
                "6.12 | drm_sched | entity_init_errors | 3 | {\"ev\":\"WARN\",\"in\":\"drm_sched_entity_init\"}",
                "7.2 | dma_fence_unwrap | random_4022 | 22 | {\"ev\":\"cb\",\"cb\":\"c9\",\"fence\":\"f2\"}",
                "7.2 | dma_fence_unwrap | random_4022 | 23 | {\"ev\":\"cb\",\"cb\":\"c9\",\"fence\":\"f3\"}",
                "6.12 | drm_sched | random_8017 | 44 | {\"ev\":\"free_job\",\"job\":\"j8\"}",
            })
    void shouldFindAWrongEventAfterADifference(String release, String kind, String name, int index, String event)
            throws Exception {
        ObjectNode root = recorded(release, kind, name);
        op(root, index).withArray("/later").add(JSON.readTree(event));
        List<ConformReport.Finding> findings = run(root, 2).findings();
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).index()).isEqualTo(index);
    }

    @Test
    void shouldFindAJobThatMovedAndEndsOtherwise() throws Exception {
        ObjectNode root = recorded("6.12", "drm_sched", "rr_three_entities_order");
        ArrayNode later = (ArrayNode) op(root, 26).path("later");
        for (JsonNode event : later) {
            if (event.path("ev").asText().equals("free_job")
                    && event.path("job").asText().equals("b1")) {
                ((ObjectNode) event).put("finished_error", -5);
            }
        }
        assertThat(run(root, 2).findings()).hasSize(1);
    }

    @Test
    void shouldFindATracepointThatIsMissingBeforeTheSeries() throws Exception {
        ObjectNode root = recorded("6.12", "drm_sched", "run_job_err");
        ((ArrayNode) op(root, 10).path("events")).removeAll();
        assertThat(run(root, 2).sound()).isTrue();
        assertThat(run(root, 3).sound()).isFalse();
    }
}
