package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dmafence.race.RaceReport.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each form of the protocol comes to. The searches know nothing of this table. */
class VerdictTest {
    private final List<Result> results = Explored.results();

    @ParameterizedTest
    @ValueSource(strings = {"7.2.13", "ours"})
    void shouldFindNothingInWhatIsSound(String variant) {
        assertThat(results)
                .filteredOn(result -> result.variant().equals(variant))
                .allSatisfy(result -> {
                    assertThat(result.role()).isEqualTo("SOUND");
                    assertThat(result.verdict()).as("%s", result).isEqualTo("CLEAN");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "before | deadline-vs-unload:freed-table defer-vs-unload:freed-table lock-after-unload:freed-lock"
                        + " poll-vs-unload:freed-table release-vs-unload:freed-table wait-vs-unload:freed-table",
                "v5 | lock-after-unload:freed-lock poll-vs-unload:freed-table timeline-vs-signal:wrong-name",
                "v5-detach | lock-after-unload:freed-lock poll-vs-signal:null-table poll-vs-unload:null-table"
                        + " timeline-vs-signal:wrong-name",
                "merged | timeline-vs-signal:wrong-name trace-vs-signal:null-table",
                "7.2.13-unordered |",
                "detach-unordered |",
                "no-grace-period | deadline-vs-unload:freed-table names-vs-unload:freed-table"
                        + " poll-vs-unload:freed-table release-vs-forced-unload:freed-table",
                "barrier-forgotten | defer-vs-unload:freed-table",
                "release-outside-rcu | release-vs-forced-unload:freed-table",
                "forgotten-before-told | defer-vs-unload:freed-table release-vs-forced-unload:freed-table"
                        + " release-vs-unload:freed-table",
                "wait-without-pinning | wait-vs-unload:freed-table",
                "unclaimed-end | done-vs-recall:job-ends-twice done-vs-recall:job-twice",
                "start-acquires |",
                "close-acquires |",
                "broken | array-lock-inversion:stuck can-queue-vs-free:freed-job can-queue:freed-job crtc-identity:bug"
                        + " done-vs-recall:job-ends-twice done-vs-recall:job-twice idle-run-queue:stuck"
                        + " kill-jobs-dependencies:stuck kill-jobs-fence-lock:stuck kill-wakes-nobody:stuck"
                        + " msm-shrinker:stuck no-hang-leak:leak put-before-wait:freed-fence"
                        + " status-vs-signal:status-changed sw-sync-free:freed-fence sw-sync-get:resurrected"
                        + " sw-sync-recursion:stuck trace-after-detach:null-table trace-after-signal:freed-string"
                        + " vgem-close:freed-table vgem-file-info:freed-table wait-available:stuck",
            })
    void shouldFindTheseWhenEverythingHappensInOrder(String variant, String expected) {
        assertThat(found(variant, "sc")).isEqualTo(expected == null ? Set.of() : setOf(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "before |",
                "v5 |",
                "v5-detach | deadline-vs-unload:null-table names-vs-signal:null-table names-vs-unload:null-table"
                        + " timeline-vs-signal:null-table trace-vs-signal:null-table",
                "merged | names-vs-signal:null-table names-vs-unload:null-table timeline-vs-signal:null-table",
                "detach-unordered | names-vs-signal:early-literal names-vs-unload:early-literal"
                        + " timeline-vs-signal:early-literal",
                "7.2.13-unordered | poll-vs-signal:timestamp-lost",
                "no-grace-period |",
                "barrier-forgotten |",
                "release-outside-rcu |",
                "forgotten-before-told |",
                "wait-without-pinning |",
                "unclaimed-end |",
                "start-acquires | held-vs-start:job-lost",
                "close-acquires | new-vs-close:fence-forgotten",
                "broken | name-race:null-table",
            })
    void shouldFindTheseAsWellWhenMemoryIsWeak(String variant, String expected) {
        Set<String> more = found(variant, "weak");
        more.removeAll(found(variant, "sc"));

        assertThat(more).isEqualTo(expected == null ? Set.of() : setOf(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "detach-before-test-and-set, early-literal",
        "payload-before-ops, null-payload",
        "callbacks-under-the-spin-bit, callback-under-lock"
    })
    void shouldBreakOneLawOnlyWhenOneMistakeIsPlanted(String variant, String law) {
        Set<String> laws = found(variant, "weak").stream()
                .map(found -> found.replaceFirst(".*:", ""))
                .collect(Collectors.toSet());

        assertThat(laws).containsExactly(law);
        assertThat(found(variant, "sc")).isEqualTo(found(variant, "weak"));
    }

    @Test
    void shouldFindWhateverMemoryInOrderFindsWhenMemoryIsWeak() {
        Set<String> variants = results.stream().map(Result::variant).collect(Collectors.toSet());

        assertThat(variants)
                .allSatisfy(variant ->
                        assertThat(scenarios(found(variant, "weak"))).containsAll(scenarios(found(variant, "sc"))));
    }

    @Test
    void shouldNeedNoLongerScheduleWhenMemoryIsWeak() {
        for (Result inOrder : results) {
            if (inOrder.memory().equals("sc") && inOrder.found()) {
                Result weak = results.get(results.indexOf(inOrder) + 1);
                assertThat(weak.scenario()).isEqualTo(inOrder.scenario());
                assertThat(shortest(weak)).as("%s", weak).isLessThanOrEqualTo(shortest(inOrder));
            }
        }
    }

    private static int shortest(Result result) {
        return result.failures().get(0).rows().size();
    }

    /** Else a mistake could go unnoticed, or be missed where there is none. */
    @Test
    void shouldBeDueExactlyWhereSomethingIsFound() {
        assertThat(results)
                .filteredOn(result -> !result.role().equals("SOUND"))
                .allSatisfy(result -> assertThat(result.found())
                        .as("%s, %s, %s", result.scenario(), result.variant(), result.memory())
                        .isEqualTo(result.due()));
    }

    @Test
    void shouldLookAtEverySchedule() {
        assertThat(results).extracting(Result::whole).containsOnly(true);
    }

    @Test
    void shouldNameAQuestionForEveryFinding() {
        assertThat(results).flatExtracting(Result::failures).isNotEmpty().allSatisfy(failure -> {
            assertThat(failure.question()).isNotBlank();
            assertThat(failure.where()).isNotBlank();
        });
    }

    private Set<String> found(String variant, String memory) {
        Set<String> found = new TreeSet<>();
        for (Result result : results) {
            if (result.variant().equals(variant) && result.memory().equals(memory)) {
                result.failures().forEach(failure -> found.add(result.scenario() + ":" + failure.law()));
            }
        }
        return found;
    }

    private static Set<String> scenarios(Set<String> found) {
        return found.stream().map(one -> one.replaceFirst(":.*", "")).collect(Collectors.toSet());
    }

    private static Set<String> setOf(String words) {
        return new TreeSet<>(List.of(words.trim().split(" ")));
    }
}
