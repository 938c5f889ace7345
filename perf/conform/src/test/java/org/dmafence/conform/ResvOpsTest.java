package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.conform.ScenarioFiles.op;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the open cases of reservation objects leave out: contexts, locks that others unlock, and misuse. */
class ResvOpsTest {
    @TempDir
    private Path directory;

    private void assertIdentical(String... ops) throws Exception {
        Path file = new ScenarioFiles(directory).file(ops);
        assertThat(ScenarioFiles.run(file, 2).findings()).isEmpty();
    }

    private static String resv(String op, String args) {
        return op("dma_resv_" + op, args, "");
    }

    private static String answers(String op, String args, int ret) {
        return op("dma_resv_" + op, args, "'result':{'ret':" + ret + "}");
    }

    @Test
    void shouldBackOffAndWaitByTheAgeOfContexts() throws Exception {
        assertIdentical(
                resv("init", "'resv':'r'"),
                resv("init", "'resv':'q'"),
                op("ww_acquire_init", "'ctx':'old'", ""),
                op("ww_acquire_init", "'ctx':'young'", ""),
                resv("lock", "'resv':'r','ctx':'old'"),
                resv("lock", "'resv':'q','ctx':'young'"),
                answers("lock", "'resv':'r','ctx':'young'", -35),
                answers("lock", "'resv':'r','ctx':'old'", -114),
                resv("lock", "'resv':'q','ctx':'old','async':'w'"),
                answers("is_locked", "'resv':'q'", 1),
                op("dma_resv_unlock", "'resv':'q'", "'later':[{'ev':'async_done','thread':'w','result':{}}]"),
                resv("lock", "'resv':'r','ctx':'young','async':'v'"),
                op("dma_resv_unlock", "'resv':'r'", "'later':[{'ev':'async_done','thread':'v','result':{}}]"),
                answers("lock", "'resv':'q','ctx':'young'", -35),
                resv("unlock", "'resv':'q'"),
                resv("lock", "'resv':'q','ctx':'young'"),
                resv("unlock", "'resv':'q'"),
                resv("unlock", "'resv':'r'"),
                answers("is_locked", "'resv':'r'", 0));
    }

    @Test
    void shouldLetAnyThreadUnlock() throws Exception {
        assertIdentical(
                op("dma_fence_init", "'fence':'f','context':1,'seqno':1,'ops':'ER'", ""),
                resv("init", "'resv':'r'"),
                resv("lock", "'resv':'r'"),
                resv("lock", "'resv':'r','async':'w'"),
                op("interrupt", "'thread':'w'", ""),
                resv("reserve_fences", "'resv':'r','num_fences':1"),
                resv("add_fence", "'resv':'r','fence':'f','usage':1"),
                op("dma_resv_unlock", "'resv':'r'", "'later':[{'ev':'async_done','thread':'w','result':{}}]"),
                op("dma_resv_for_each_fence", "'resv':'r','usage':1", "'result':{'fences':[['f',1]]}"),
                resv("unlock", "'resv':'r'"),
                answers("trylock", "'resv':'r'", 1),
                resv("trylock", "'resv':'r'"),
                resv("unlock", "'resv':'r'"));
    }

    @Test
    void shouldWarnAsTheKernelDoes() throws Exception {
        assertIdentical(
                op("dma_fence_init", "'fence':'f','context':1,'seqno':1,'ops':'E'", ""),
                op("dma_fence_array_create", "'out':'a','fences':['f'],'context':500,'seqno':1", ""),
                resv("init", "'resv':'r'"),
                resv("lock", "'resv':'r'"),
                op(
                        "dma_resv_reserve_fences",
                        "'resv':'r','num_fences':0",
                        "'result':{'ret':-22},'events':[{'ev':'WARN','in':'dma_resv_reserve_fences'}]"),
                resv("reserve_fences", "'resv':'r','num_fences':1"),
                op(
                        "dma_resv_add_fence",
                        "'resv':'r','fence':'a','usage':2",
                        "'events':[{'ev':'WARN','in':'dma_resv_add_fence'}]"),
                op("dma_resv_get_fences", "'resv':'r','usage':2", "'result':{'num_fences':1,'fences':['a']}"),
                resv("unlock", "'resv':'r'"));
    }
}
