package org.dmafence.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.conform.ScenarioFiles.op;

import java.nio.file.Path;
import java.util.List;
import org.dmafence.conform.report.ConformReport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformanceTest {
    private static final String INIT = op("dma_fence_init", "'fence':'f','context':1,'seqno':1,'ops':'ER'", "");
    private static final String ADD = op(
            "dma_fence_add_callback",
            "'fence':'f','cb':'c'",
            "'events':['dma_fence_enable_signal f',{'ev':'enable_signaling','fence':'f'}]");

    @TempDir
    private Path directory;

    private ScenarioFiles scenarios = new ScenarioFiles(Path.of("."));

    @BeforeEach
    void here() {
        scenarios = new ScenarioFiles(directory);
    }

    private ConformReport.Kind only(Path file, int level) throws OracleException {
        ConformReport report = ScenarioFiles.run(file, level);
        assertThat(report.kinds()).hasSize(1);
        return report.kinds().get(0);
    }

    @Test
    void shouldCallACaseIdenticalWhenNothingDiffers() throws Exception {
        Path file = scenarios.file(
                INIT,
                ADD,
                op(
                        "dma_fence_signal",
                        "'fence':'f'",
                        "'result':{'ret':0},'events':['dma_fence_signaled f',{'ev':'cb','cb':'c','fence':'f'}]"));
        assertThat(only(file, 2).identical()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "1, false, 'result differs'",
        "2, false, 'result differs'",
    })
    void shouldFindAResultThatDiffersAtEveryLevel(int level, boolean sound, String what) throws Exception {
        Path file = scenarios.file(INIT, op("dma_fence_is_signaled", "'fence':'f'", "'result':{'ret':1}"));
        ConformReport report = ScenarioFiles.run(file, level);
        assertThat(report.sound()).isEqualTo(sound);
        assertThat(report.findings().get(0).what()).contains(what, "ret");
        assertThat(report.findings().get(0).index()).isEqualTo(1);
    }

    @Test
    void shouldFindAMissingEventFromLevelTwoOn() throws Exception {
        Path file = scenarios.file(INIT, op("dma_fence_add_callback", "'fence':'f','cb':'c'", ""));
        assertThat(ScenarioFiles.run(file, 1).sound()).isTrue();
        assertThat(ScenarioFiles.run(file, 2).sound()).isFalse();
    }

    @Test
    void shouldFindAMissingTracepointFromLevelThreeOn() throws Exception {
        Path file = scenarios.file(
                INIT, op("dma_fence_signal", "'fence':'f'", "'events':['dma_fence_signaled f']")); // some are recorded
        assertThat(ScenarioFiles.run(file, 2).sound()).isTrue();
        assertThat(ScenarioFiles.run(file, 3).sound()).isFalse();
    }

    @Test
    void shouldFindAnEventOnTheWrongSideOfTheReturnAtLevelFour() throws Exception {
        Path file = scenarios.file(
                op(
                        "dma_fence_init",
                        "'fence':'f','context':1,'seqno':1,'ops':'ER'",
                        "'events':['dma_fence_init f 1 1']"),
                op(
                        "dma_fence_add_callback",
                        "'fence':'f','cb':'c'",
                        "'events':['dma_fence_enable_signal f'],'later':[{'ev':'enable_signaling','fence':'f'}]"));
        assertThat(ScenarioFiles.run(file, 3).sound()).isTrue();
        assertThat(ScenarioFiles.run(file, 4).sound()).isFalse();
    }

    @Test
    void shouldRunWaitsOfOtherThreadsUnderVirtualTime() throws Exception {
        Path file = scenarios.file(
                INIT,
                op(
                        "dma_fence_wait_timeout",
                        "'fence':'f','timeout':3600000,'async':'w'",
                        "'later':[{'ev':'enable_signaling','fence':'f'}]"),
                op(
                        "dma_fence_signal",
                        "'fence':'f'",
                        "'at':3000000,'later':[{'ev':'async_done','thread':'w','result':{'ret':600001}}]"));
        assertThat(only(file, 2).identical()).isEqualTo(1);
    }

    @Test
    void shouldSkipOpsOnFreedObjects() throws Exception {
        Path file = scenarios.file(
                INIT,
                op("dma_fence_put", "'fence':'f'", "'result':{'refcount':0},'events':[{'ev':'release','fence':'f'}]"),
                op("dma_fence_signal", "'fence':'f'", "'result':{'skipped':true}"));
        assertThat(only(file, 2).identical()).isEqualTo(1);
    }

    @Test
    void shouldPutADifferenceUnderItsCause() throws Exception {
        Path file = scenarios.file(
                INIT,
                op("dma_fence_array_create", "'out':'a','fences':['f'],'context':500,'seqno':1", ""),
                op(
                        "fence_state",
                        "'fence':'a'",
                        "'result':{'context':500,'seqno':1,'error':1,'refcount':1,'inline_lock':1}"));
        ConformReport report = ScenarioFiles.run(file, 2);
        assertThat(report.kinds().get(0).deviating()).isEqualTo(1);
        assertThat(report.deviations())
                .extracting(ConformReport.Deviation::name)
                .containsExactly("array-error-reads-0");
    }

    @Test
    void shouldNotExcuseOfSevenTwoWhatTheSeriesChanged() throws Exception {
        String ops = "'ops':[" + INIT.replace('"', '\'') + ",{'op':'dma_fence_signal','args':{'fence':'f'}},"
                + "{'op':'fence_names','args':{'fence':'f'},'result':{'driver':'mock','timeline':'tl1'}}]";
        String body = ("'id':'dma_fence/x','origin':'directed'," + ops).replace('\'', '"');
        assertThat(ScenarioFiles.run(scenarios.fileOf("6.12.117", body), 2).sound())
                .isTrue();
        assertThat(ScenarioFiles.run(scenarios.fileOf("7.2.13", body), 2).sound())
                .isFalse();
    }

    @Test
    void shouldCountAnUnknownOpAsADifference() throws Exception {
        ConformReport report = ScenarioFiles.run(scenarios.file(op("dma_fence_frobnicate", "", "")), 1);
        assertThat(report.findings()).hasSize(1);
        assertThat(report.findings().get(0).listing().toString()).contains("dma_fence_frobnicate");
    }

    @Test
    void shouldNotRunWhatTheKernelCouldNot() throws Exception {
        Path file = scenarios.fileOf(
                "7.2.13",
                "\"id\":\"dma_fence/x\",\"origin\":\"directed\",\"not_in\":\"7.2\",\"not_in_reason\":\"gone\"");
        ConformReport.Kind kind = only(file, 2);
        assertThat(kind.notInKernel()).isEqualTo(1);
        assertThat(kind.cases()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"format\":1,|not JSON",
                "[]|should be a JSON object",
                "{\"format\":2}|this program reads format 1",
                "{\"format\":1,\"kernel\":\"Linux 7.2\"}|\"kind\" is missing",
                "{\"format\":1,\"kernel\":\"BSD\",\"kind\":\"x\",\"cases\":[]}|should begin with a release",
                "{\"format\":1,\"kernel\":\"Linux 7.2\",\"kind\":\"x\",\"cases\":{}}|\"cases\" is missing",
            })
    void shouldSayWhatIsWrongWithAFile(String json, String message) {
        assertThatThrownBy(() -> ScenarioFiles.run(scenarios.text(json), 2))
                .isInstanceOf(OracleException.class)
                .hasMessageContaining("case.json")
                .hasMessageContaining(message);
    }

    @Test
    void shouldSayWhichArgumentIsWrong() throws Exception {
        ConformReport report = ScenarioFiles.run(scenarios.file(INIT, op("dma_fence_signal", "'fence':'g'", "")), 2);
        assertThat(report.sound()).isFalse();
        assertThat(report.broken()).hasSize(1);
        assertThat(report.broken().get(0).why())
                .contains("case.json")
                .contains("dma_fence/x, op 1 (dma_fence_signal)")
                .contains("\"g\"");
    }

    /** A case that makes no sense, by any of the ways there are, among good ones. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|no \"id\"",
                "{'id':'x/y'}|no \"ops\"",
                "{'id':'x/y','ops':[]}|no \"ops\"",
                "{'id':'x/y','ops':[{}]}|no \"op\"",
                "{'id':'x/y','ops':[{'op':'sleep','args':{'ms':'a'}}]}|an integer",
                "{'id':'x/y','ops':[{'op':'sleep','args':[]}]}|should be an object",
                "{'id':'x/y','ops':[{'op':'dma_fence_get','args':{'fence':3}}]}|should be text",
                "{'id':'x/y','ops':[{'op':'dma_fence_get','args':{'fence':'nobody'}}]}|existing DmaFence",
                "{'id':'x/y','ops':[{'op':'drm_sched_policy','args':{'value':'BEST'}}]}|one of [",
            })
    void shouldCountACaseThatMakesNoSenseAndRunTheOthers(String broken, String why) throws Exception {
        String good = "{'id':'dma_fence/%s','ops':[" + INIT + "]}";
        String json = ("{'format':1,'kernel':'Linux 7.2.13','kind':'dma_fence','cases':[" + String.format(good, "a")
                        + "," + broken + "," + String.format(good, "b") + "]}")
                .replace('\'', '"');
        ConformReport report = ScenarioFiles.run(scenarios.text(json), 2);
        assertThat(report.kinds().get(0).identical()).isEqualTo(2);
        assertThat(report.kinds().get(0).broken()).isEqualTo(1);
        assertThat(report.broken().get(0).why()).contains(why);
        assertThat(report.sound()).isFalse();
        assertThat(report.onlyBroken()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"|0", "{'id':'x/y'}|1", "{'id':'x/y','not_in':'7.2'}|0"})
    void shouldFindThatNothingWasCompared(String cases, int broken) throws Exception {
        String json = ("{'format':1,'kernel':'Linux 7.2.13','kind':'dma_fence','cases':[" + (cases == null ? "" : cases)
                        + "]}")
                .replace('\'', '"');
        ConformReport report = ScenarioFiles.run(scenarios.text(json), 2);
        assertThat(report.incomparable()).hasSize(1);
        assertThat(report.broken()).hasSize(broken);
        assertThat(report.sound()).isFalse();
        assertThat(report.onlyBroken()).isFalse();
    }

    @Test
    void shouldSayThatThereIsNoSuchCase() {
        assertThatThrownBy(() -> ConformRun.read(List.of(scenarios.file(INIT)), "dma_fence/y"))
                .isInstanceOf(OracleException.class)
                .hasMessageContaining("dma_fence/y");
    }
}
