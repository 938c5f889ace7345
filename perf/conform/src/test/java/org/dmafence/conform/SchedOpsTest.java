package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.conform.ScenarioFiles.op;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the open cases of the scheduler leave out: clients that die, a timer that is parked, drivers that prepare jobs,
 * misuse.
 */
class SchedOpsTest {
    @TempDir
    private Path directory;

    private final List<String> ops = new ArrayList<>();

    private void add(String name, String args, String rest) {
        ops.add(op(name, args, rest));
    }

    private void sched(String name, String args) {
        add("drm_sched_" + name, args, "");
    }

    private void later(String name, String args, String events) {
        add(name, args, "'later':[" + events + "]");
    }

    private void entity(String more) {
        sched("init", "'sched':'s0','credit_limit':1" + more);
        add(
                "drm_sched_entity_init",
                "'entity':'e0','scheds':['s0']",
                "'result':{'ret':0,'fence_context':1000,'priority':2}");
    }

    private void arm(String job, String more, int seqno) {
        sched("job_init", "'job':'" + job + "','entity':'e0'" + more);
        add(
                "drm_sched_job_arm",
                "'job':'" + job + "'",
                "'result':{'sched':'s0','priority':2,'scheduled_context':1000,'finished_context':1001,'seqno':" + seqno
                        + "}");
    }

    private void pushAndRun(String job, int seqno) {
        arm(job, "", seqno);
        later("drm_sched_entity_push_job", "'job':'" + job + "'", runs(job));
    }

    private static String runs(String job) {
        return "{'ev':'run_job','sched':'s0','job':'" + job + "'}";
    }

    private void assertIdentical() throws Exception {
        Path file = new ScenarioFiles(directory).file(ops.toArray(new String[0]));
        assertThat(ScenarioFiles.run(file, 2).findings()).isEmpty();
    }

    @Test
    void shouldKillTheEntityOfAClientThatIsKilledWhileItFlushes() throws Exception {
        entity("");
        pushAndRun("a", 1);
        arm("b", "", 2);
        sched("entity_push_job", "'job':'b'");
        add("drm_sched_entity_flush", "'entity':'e0','timeout':5,'exiting':1,'sigkill':1", "'result':{'ret':0}");
        ops.add(op(
                "hw_signal",
                "'job':'a'",
                "'at':20,'later':[{'ev':'free_job','job':'b','finished_error':-3},{'ev':'free_job','job':'a'}]"));
        assertIdentical();
    }

    @Test
    void shouldSpareTheEntityWhenAnotherThreadIsKilledAndTellWhatIsLeft() throws Exception {
        entity("");
        pushAndRun("a", 1);
        arm("b", "", 2);
        sched("entity_push_job", "'job':'b'");
        sched("entity_flush", "'entity':'e0','timeout':50,'exiting':1,'sigkill':1,'async':'w'");
        later(
                "hw_signal",
                "'job':'a'",
                "{'ev':'free_job','job':'a'}," + runs("b") + ",{'ev':'async_done','thread':'w','result':{'ret':49}}");
        later("hw_signal", "'job':'b'", "{'ev':'free_job','job':'b'}");
        assertIdentical();
    }

    @Test
    void shouldParkAndResumeTheTimer() throws Exception {
        entity(",'timeout':20,'timedout':'enodev'");
        pushAndRun("a", 1);
        add("drm_sched_suspend_timeout", "'sched':'s0'", "'result':{'ret':19}");
        add("sleep", "'ms':40", "");
        ops.add(op("drm_sched_resume_timeout", "'sched':'s0','remaining':5", "'at':50"));
        later("sleep", "'ms':10", "{'ev':'timedout_job','job':'a','mode':'enodev'}");
        assertIdentical();
    }

    @Test
    void shouldAskTheDriverToPrepareAJobUntilItIsReady() throws Exception {
        entity(",'prepare_job':1");
        add("dma_fence_init", "'fence':'f','context':1,'seqno':1,'ops':'ER'", "");
        arm("a", ",'prepare':'f'", 1);
        later(
                "drm_sched_entity_push_job",
                "'job':'a'",
                "{'ev':'prepare_job','job':'a','ret':'f'},{'ev':'enable_signaling','fence':'f'}");
        later("dma_fence_signal", "'fence':'f'", "{'ev':'prepare_job','job':'a','ret':'null'}," + runs("a"));
        assertIdentical();
    }

    @Test
    void shouldRefuseJobsOfAnEntityWhoseSchedulerCouldNotBeMade() throws Exception {
        add("drm_sched_init", "'sched':'s0','num_rqs':5", "'result':{'ret':-22}");
        add(
                "drm_sched_entity_init",
                "'entity':'e0','scheds':['s0']",
                "'result':{'ret':0,'fence_context':1000,'priority':2}");
        add("drm_sched_job_init", "'job':'a','entity':'e0'", "'result':{'ret':-2}");
        assertIdentical();
    }

    @Test
    void shouldFinishAnEntityTwiceWithoutHarm() throws Exception {
        entity("");
        sched("entity_fini", "'entity':'e0'");
        sched("entity_fini", "'entity':'e0'");
        sched("fini", "'sched':'s0'");
        assertIdentical();
    }
}
