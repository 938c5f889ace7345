package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.conform.ScenarioFiles.op;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmafence.conform.report.ConformReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the open cases leave out, with the answers that follow from the kernel's source. */
class KindsTest {
    @TempDir
    private Path directory;

    private final List<String> ops = new ArrayList<>();

    private void add(String name, String args, String rest) {
        ops.add(op(name, args, rest));
    }

    private void fence(String name, int context, String letters) {
        add("dma_fence_init", "'fence':'" + name + "','context':" + context + ",'seqno':1,'ops':'" + letters + "'", "");
    }

    private ConformReport run() throws Exception {
        return ScenarioFiles.run(new ScenarioFiles(directory).file(ops.toArray(new String[0])), 2);
    }

    private void assertIdentical() throws Exception {
        ConformReport report = run();
        assertThat(report.findings()).isEmpty();
        assertThat(report.broken()).isEmpty();
        assertThat(report.kinds().get(0).identical()).isEqualTo(1);
    }

    private void assertDeviating(String rule) throws Exception {
        ConformReport report = run();
        assertThat(report.findings()).isEmpty();
        assertThat(report.deviations())
                .extracting(ConformReport.Deviation::name)
                .containsExactly(rule);
    }

    @Test
    void shouldRunOpsWithoutTheirOptionalArguments() throws Exception {
        fence("f", 1, "E");
        add(
                "dma_fence_wait_any_timeout",
                "'timeout':5",
                "'result':{'ret':-22,'idx':-1},'events':[{'ev':'WARN','in':'dma_fence_wait_any_timeout'}]");
        add("dma_resv_init", "'resv':'r'", "");
        add("dma_resv_get_singleton", "'resv':'r','usage':1", "'result':{'ret':0,'result':'null'}");
        add("dma_resv_lock", "'resv':'r'", "");
        add("dma_resv_reserve_fences", "'resv':'r','num_fences':1", "");
        add("dma_resv_add_fence", "'resv':'r','fence':'f','usage':1", "");
        add("dma_resv_unlock", "'resv':'r'", "");
        add("dma_resv_get_singleton", "'resv':'r','usage':1", "'result':{'ret':0,'result':'fence','fence':'f'}");
        add("dma_fence_unwrap_for_each", "", "'result':{'fences':[]}");
        add("dma_fence_array_first", "", "'result':{'ret':'null'}");
        add("dma_fence_was_initialized", "'fence':'nobody'", "'result':{'ret':0}");
        add("dma_fence_chain_find_seqno", "'seqno':3", "'result':{'ret':-22,'fence':'null'}");
        assertIdentical();
    }

    @Test
    void shouldTakeAPositiveErrorForAStatusAsTheKernelDoes() throws Exception {
        fence("f", 1, "E");
        add(
                "dma_fence_set_error",
                "'fence':'f','error':5",
                "'result':{'error':5},'events':[{'ev':'WARN','in':'dma_fence_set_error'}]");
        add("dma_fence_signal", "'fence':'f'", "");
        add("dma_fence_get_status", "'fence':'f'", "'result':{'ret':5}");
        assertIdentical();
    }

    @Test
    void shouldSkipOpsOnWhatCouldNotBeMade() throws Exception {
        add("dma_fence_array_create", "'out':'a','fences':['f']", "'result':{'skipped':true}");
        fence("f", 1, "E");
        add("dma_fence_get_status", "'fence':'a'", "'result':{'skipped':true}");
        add("chain_state", "'fence':'f'", "'result':{'skipped':true}");
        assertIdentical();
    }

    @Test
    void shouldSignalAnArrayThatOthersSignalAndKeepItsError() throws Exception {
        fence("f", 1, "E");
        fence("g", 2, "E");
        add("dma_fence_array_create", "'out':'a','fences':['f','g'],'context':500,'seqno':1", "");
        add(
                "dma_fence_add_callback",
                "'fence':'a','cb':'c'",
                "'events':[{'ev':'enable_signaling','fence':'f'},{'ev':'enable_signaling','fence':'g'}]");
        add("dma_fence_set_error", "'fence':'a','error':-5", "'result':{'error':-5}");
        add("dma_fence_signal", "'fence':'a'", "'events':[{'ev':'cb','cb':'c','fence':'a','error':-5}]");
        add("dma_fence_signal", "'fence':'a'", "'result':{'ret':-22}");
        add("dma_fence_signal", "'fence':'f'", "");
        add("dma_fence_signal", "'fence':'g'", "");
        add("dma_fence_get_status", "'fence':'a'", "'result':{'ret':-5}");
        assertIdentical();
    }

    @Test
    void shouldSignalAChainThatOthersSignal() throws Exception {
        fence("f", 1, "E");
        add(
                "dma_fence_chain_init",
                "'out':'n','prev':'null','fence':'f','seqno':3",
                "'result':{'context':1000,'seqno':3}");
        add("dma_fence_set_error", "'fence':'n','error':-12", "'result':{'error':-12}");
        add("dma_fence_check_and_signal", "'fence':'n'", "'result':{'ret':0}");
        add("dma_fence_check_and_signal_locked", "'fence':'n'", "'result':{'ret':1}");
        add("dma_fence_get_status", "'fence':'n'", "'result':{'ret':-12}");
        add("dma_fence_get_status", "'fence':'f'", "'result':{'ret':0}");
        assertIdentical();
    }

    @Test
    void shouldListThatAnArraySignaledEarlyReadsOneInTheKernel() throws Exception {
        fence("f", 1, "E");
        add("dma_fence_array_create", "'out':'a','fences':['f'],'context':500,'seqno':1", "");
        add("dma_fence_add_callback", "'fence':'a','cb':'c'", "'events':[{'ev':'enable_signaling','fence':'f'}]");
        add("dma_fence_signal", "'fence':'a'", "'events':[{'ev':'cb','cb':'c','fence':'a','error':1}]");
        assertDeviating("array-error-reads-0");
    }

    @Test
    void shouldEndTheWaitForAnyWhenOneIsFreedWithCallbacks() throws Exception {
        fence("f", 1, "ER");
        fence("g", 2, "ER");
        add("dma_fence_add_callback", "'fence':'g','cb':'c'", "'events':[{'ev':'enable_signaling','fence':'g'}]");
        add(
                "dma_fence_wait_any_timeout",
                "'fences':['f','g'],'timeout':50,'async':'w'",
                "'later':[{'ev':'enable_signaling','fence':'f'}]");
        add(
                "dma_fence_put",
                "'fence':'g'",
                "'result':{'refcount':0},'events':[{'ev':'WARN','in':'dma_fence_release'},"
                        + "{'ev':'cb','cb':'c','fence':'g','error':-35},{'ev':'release','fence':'g'}],"
                        + "'later':[{'ev':'async_done','thread':'w','result':{'ret':49,'idx':1}}]");
        add("dma_fence_signal", "'fence':'f'", "");
        assertIdentical();
    }

    @Test
    void shouldAskForTheNamesInTheKernelsOrder() throws Exception {
        String names = "{'ev':'get_%s_name','fence':'f'},{'ev':'get_%s_name','fence':'f'}";
        String timelineFirst = String.format(names, "timeline", "driver");
        String driverFirst = String.format(names, "driver", "timeline");
        add(
                "dma_fence_init",
                "'fence':'f','context':1,'seqno':1,'ops':'E','name_events':1,'driver':'d','timeline':'t'",
                "");
        fence("g", 2, "E");
        add(
                "dma_fence_add_callback",
                "'fence':'g','cb':'c','act':'fence_names','act_fence':'f'",
                "'events':[{'ev':'enable_signaling','fence':'g'}]");
        add(
                "dma_fence_signal",
                "'fence':'g'",
                "'events':[{'ev':'cb','cb':'c','fence':'g','detached':1}," + timelineFirst
                        + ",{'ev':'cb_action','cb':'c','op':'fence_names','fence':'f','driver':'d','timeline':'t'}]");
        add(
                "SYNC_IOC_FILE_INFO",
                "'fence':'f'",
                "'result':{'ret':0,'name':'d-t1-1','num_fences':1,'fences':[{'obj_name':'t','driver_name':'d',"
                        + "'timestamp':null}]},'events':[" + driverFirst + "," + driverFirst + "]");
        assertIdentical();
    }

    private void jobs(String hardware) {
        add("drm_sched_init", "'sched':'s0','credit_limit':2", "");
        add(
                "drm_sched_entity_init",
                "'entity':'e0','scheds':['s0']",
                "'result':{'ret':0,'fence_context':1000,'priority':2}");
        for (int i = 1; i <= 2; i++) {
            String job = "'job':'j" + i + "'";
            add("drm_sched_job_init", job + ",'entity':'e0'" + hardware, "");
            add(
                    "drm_sched_job_arm",
                    job,
                    "'result':{'sched':'s0','priority':2,'scheduled_context':1000,'finished_context':1001,'seqno':" + i
                            + "}");
            add("drm_sched_entity_push_job", job, "'later':[{'ev':'run_job','sched':'s0','job':'j" + i + "'}]");
        }
    }

    @Test
    void shouldMoveTheTimeOfAJobsStartToTheEndOfTheOneBefore() throws Exception {
        jobs("");
        add("dma_fence_timestamp", "'fence':'j2.scheduled'", "'result':{'timestamp':7}");
        ops.add(op("hw_signal", "'job':'j1'", "'at':20,'later':[{'ev':'free_job','job':'j1'}]"));
        add("dma_fence_timestamp", "'fence':'j2.scheduled'", "'result':{'timestamp':20}");
        assertIdentical();
    }

    @Test
    void shouldFindSchedulersThatSwapWhatDependsOnEachOther() throws Exception {
        for (int i = 0; i < 2; i++) {
            add("drm_sched_init", "'sched':'s" + i + "'", "");
            add(
                    "drm_sched_entity_init",
                    "'entity':'e" + i + "','scheds':['s" + i + "']",
                    "'result':{'ret':0,'fence_context':" + (1000 + 2 * i) + ",'priority':2}");
            String job = "'job':'j" + i + "'";
            add("drm_sched_job_init", job + ",'entity':'e" + i + "','hw':'delay','hw_delay':3", "");
            if (i == 1) {
                add("drm_sched_job_add_dependency", job + ",'fence':'j0.finished'", "");
            }
            add(
                    "drm_sched_job_arm",
                    job,
                    "'result':{'sched':'s" + i + "','priority':2,'scheduled_context':" + (1000 + 2 * i)
                            + ",'finished_context':" + (1001 + 2 * i) + ",'seqno':1}");
        }
        String ran = "{'ev':'run_job','sched':'s0','job':'j0'}";
        String done = "{'ev':'hw_complete','job':'j0'}";
        String freed = "{'ev':'free_job','job':'j0'}";
        String other = "{'ev':'run_job','sched':'s1','job':'j1'}";
        add("drm_sched_entity_push_job", "'job':'j1'", "");
        List<String> before = List.copyOf(ops);
        add("drm_sched_entity_push_job", "'job':'j0'", "'later':[" + ran + "]");
        add("sleep", "'ms':5", "'later':[" + String.join(",", done, freed, other) + "]");
        assertIdentical();

        ops.set(ops.size() - 1, op("sleep", "'ms':5", "'later':[" + String.join(",", done, other, freed) + "]"));
        assertIdentical(); // what the two do side by side

        ops.set(ops.size() - 1, op("sleep", "'ms':5", "'later':[" + String.join(",", other, done, freed) + "]"));
        assertThat(run().findings()).hasSize(1);

        ops.clear();
        ops.addAll(before);
        add("drm_sched_entity_push_job", "'job':'j0'", "'later':[" + ran + "]");
        add("sleep", "'ms':5", "'later':[" + String.join(",", freed, done, other) + "]");
        assertThat(run().findings()).hasSize(1);
    }

    @Test
    void shouldFindAWrongNumberThatIsNoTime() throws Exception {
        add("dma_fence_context_alloc", "'num':2", "'result':{'ret':1001}");
        assertThat(run().findings()).hasSize(1);
    }
}
