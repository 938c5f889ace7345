package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dmafence.rules.PageRules;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command that has a page writes one that keeps the rules, and says in it how it was called. */
class PagesIT {
    @TempDir
    private Path directory;

    static List<String> commands() {
        return List.of(
                "compare linux-7.2-sched-mixed.txt --shims i915,vgem",
                "inspect linux-7.2-sched-rich.txt",
                "compare hog --policy all --shims i915",
                "unload --fences 100 --cycles 2",
                "conform " + ConformIT.ORACLE.resolve("linux-7.2").resolve("dma_fence.json"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldKeepTheRulesOfEveryPage(String command) throws Exception {
        Path file = directory.resolve("page.html");
        List<String> args = new ArrayList<>(List.of(command.split(" ")));
        args.addAll(List.of("--format", "html", "--out", file.toString()));

        CommandRun run = CommandRun.of(args.toArray(new String[0]));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).isEmpty();
        String page = Files.readString(file);
        assertThat(PageRules.broken(page)).isEmpty();
        assertThat(PageRules.parse(page).text()).contains("dmafence " + command);
    }
}
