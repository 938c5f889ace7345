package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.dmafence.bench.NativePrograms.Flavor;
import org.junit.jupiter.api.Test;

class NativeProgramsTest {
    @Test
    void shouldMissThePeersAndGoOnWhenThereIsNoCompiler() throws Exception {
        try (NativePrograms programs = NativePrograms.build("no-such-compiler");
                Lineup lineup = new Lineup(new BenchPlan(true, programs.directory(), Path.of(""), Path.of(""), 0))) {
            assertThat(NativePrograms.program(programs.directory(), Flavor.MEMB))
                    .doesNotExist();
            Groups.named("rcu-read").maker().lineUp(lineup);

            assertThat(lineup.missing())
                    .containsEntry(RcuGroups.URCU_MEMB, NativePrograms.REMEDY)
                    .containsEntry(RcuGroups.HAND_TOKEN, NativePrograms.REMEDY);
            assertThat(lineup.contenders())
                    .extracting(contender -> contender.name)
                    .contains(RcuGroups.HANDLE)
                    .doesNotContain(RcuGroups.URCU_MEMB);
        }
    }

    @Test
    void shouldMissThePeersWhenLiburcuIsMissing() throws Exception {
        try (NativePrograms programs = NativePrograms.build("false")) { // as a compiler that finds no header
            assertThat(NativePrograms.program(programs.directory(), Flavor.MB)).doesNotExist();
        }
    }

    @Test
    void shouldLeaveNoFilesWhenClosed() throws Exception {
        NativePrograms programs = NativePrograms.build("false");
        Path directory = programs.directory();
        assertThat(directory.resolve("peers.c")).exists();
        programs.close();
        programs.close(); // as the end of the process does

        assertThat(Files.exists(directory)).isFalse();
    }
}
