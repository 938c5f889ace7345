package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What turns each verdict of {@code unload}, {@code compare} and {@code profile} red, from the driver's mistake to the
 * exit code: a green one that nothing could turn says nothing.
 */
class PlantedMistakesIT {
    private static final String[] REPLAY = {"compare", "msm-sched-ring0.txt", "--shims", "planted"};
    private static final String[] WORKLOAD = {"compare", "two-clients", "--shims", "planted"};
    private static final String[] UNLOAD = {"unload", "--fences", "20", "--cycles", "1"};

    @TempDir
    private static Path drivers;

    private static Path jar = Path.of("");

    @TempDir
    private Path directory;

    @BeforeAll
    static void compile() throws IOException {
        jar = PlantedJar.into(drivers);
    }

    @AfterEach
    void forget() {
        System.clearProperty(PlantedJar.MISTAKE);
        System.getProperties().remove(PlantedJar.MISTAKE + ".held");
    }

    private static CommandRun with(String mistake, String[] command, String... more) {
        System.setProperty(PlantedJar.MISTAKE, mistake);
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(more));
        return CommandRun.with(drivers, all.toArray(String[]::new));
    }

    private static void red(CommandRun run, String... words) {
        assertThat(run.out().replaceAll("\\s+", " ")).contains(words);
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(1);
    }

    private static void green(CommandRun run, String... words) {
        assertThat(run.out().replaceAll("\\s+", " ")).contains(words);
        assertThat(run.code()).as(run.out() + run.err()).isZero();
    }

    // ---- unload -----------------------------------------------------------------------------------------------------

    private static CommandRun unload(String mistake, String... more) {
        List<String> all = new ArrayList<>(List.of(jar.toString()));
        all.addAll(List.of(more));
        return with(mistake, UNLOAD, all.toArray(String[]::new));
    }

    @Test
    void shouldBeGreenWhenADriverLeaves() {
        green(unload(""), "planted left 1 of 1 time: its class loader was collected while its 20 fences lived on");
    }

    @Test
    void shouldTurnRedWhenFencesKeepTheDriversOps() {
        red(unload("keeps-ops"), "planted left 0 of 1 time (-EBUSY): 20 fences keep its ops");
    }

    @Test
    void shouldTurnRedWhenSomebodyHoldsADriversObject() {
        red(unload("is-held"), "planted left 0 of 1 time, pinned: ");
        System.getProperties().remove(PlantedJar.MISTAKE + ".held");
        red(unload("is-held", "--force"), "planted left 0 of 1 time, pinned: ");
    }

    @Test
    void shouldTurnRedWhenADriversThreadsOutliveIt() {
        red(unload("leaves-a-pool"), "planted left 0 of 1 time, outlived: ", "pool-");
    }

    @Test
    void shouldTurnRedWhenThereWasNothingToLeaveAlone() {
        red(unload("makes-no-fences"), "that proves little", "0 lived on");
    }

    @Test
    void shouldTurnRedWhenADriverBreaksARule() {
        red(unload("breaks-rules"), "planted left 1 of 1 time, but broke rules: ", "broken rules");
    }

    @Test
    void shouldTurnRedWhenTheJvmCanProveNothing() throws Exception {
        Path out = directory.resolve("out");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+DisableExplicitGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(UNLOAD));
        command.add(jar.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        red(
                new CommandRun(process.exitValue(), Files.readString(out), ""),
                "planted left 0 of 1 time, unproven: ",
                "DisableExplicitGC");
    }

    // ---- compare ----------------------------------------------------------------------------------------------------

    @Test
    void shouldBeGreenWhenADriverReplaysATraceAndAWorkload() {
        green(with("", REPLAY), "conserved yes", "as in the trace");
        green(with("", WORKLOAD), "two-clients");
    }

    @Test
    void shouldTurnRedWhenJobsFailThatTheTraceCompletes() {
        red(with("fails-jobs", REPLAY), "failed, though the trace completes them");
        red(with("fails-jobs", WORKLOAD), "jobs failed though none took too long");
    }

    @Test
    void shouldTurnRedWhenAReplayBreaksARule() {
        red(with("breaks-rules", REPLAY), "broken rules reported, see the log");
        red(with("breaks-rules", WORKLOAD), "rules broken");
    }

    @Test
    void shouldTurnRedWhenNotEvenForceRemovesADriver() {
        red(with("is-held", REPLAY), "planted: pinned by ", "force or not");
    }

    @Test
    void shouldTurnRedWhenOneOfManyShimsIsNotSound() {
        red(with("fails-jobs", REPLAY, "--policy", "all"), "planted fifo: ", "planted rr: ", "planted fair: ");
    }

    // ---- profile ----------------------------------------------------------------------------------------------------

    private static final String[] PROFILE = {"profile", "--shims", "planted", "--warmup", "0s", "--duration"};

    @Test
    void shouldBeGreenWhenALoadIsSustained() {
        green(with("", PROFILE, "1s", "--rate", "50/s"), "50/s sustained");
    }

    @Test
    void shouldTurnRedWhenJobsFailUnderLoad() {
        red(with("fails-jobs", PROFILE, "1s", "--rate", "50/s"), "50 jobs FAILED, after up to");
    }

    @Test
    void shouldTurnRedWhenALoadBreaksARule() {
        red(with("breaks-rules", PROFILE, "1s", "--rate", "50/s"), "broken rules, see the log");
    }

    @Test
    void shouldTurnRedWhenADriverDoesNotLeaveAfterTheLoad() {
        red(with("is-held", PROFILE, "1s", "--rate", "50/s"), "pinned by ");
    }

    @Test
    void shouldTurnRedWhenJobsNeverEnd() {
        red(with("loses-jobs", PROFILE, "1s", "--rate", "50/s"), "50 jobs NOT ENDED ten seconds later");
    }

    /** Twenty milliseconds a job are fifty a second. */
    @Test
    void shouldTurnRedWhenALoadIsNotSustainedAndItsBacklogGrows() {
        String base = directory.resolve("base").toString();
        green(with("", PROFILE, "2s", "--rate", "100/s", "--save", base), "100/s sustained");

        CommandRun slow = with("is-slow", PROFILE, "6s", "--rate", "100/s", "--strict", "--baseline", base);
        red(slow, "NOT SUSTAINED: ", "behind at the end", "more each second");
        assertThat(slow.out()).containsPattern("whole +[0-9,]+ .* x([0-9,]+k|[0-9]{2,})");
        assertThat(with("is-slow", PROFILE, "2s", "--rate", "200/s").code())
                .as("a figure, unless asked to be strict")
                .isZero();
    }

    // ---- modinfo ----------------------------------------------------------------------------------------------------

    @Test
    void shouldSayThatADriverCannotLeaveWhenItsTableKeepsItsOps() {
        green(with("", new String[] {"modinfo"}, jar.toString()), "job - yes");
        green(with("keeps-ops", new String[] {"modinfo"}, jar.toString()), "no: ops");
    }
}
