package org.dmafence.bench;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The process that measures one group. Tells its figures on standard output, a line each, cells between tabs; what
 * contenders print there is dropped. Started by {@link Fork}, which has the other end of it.
 */
final class BenchProcess {
    /** What a line is about. */
    enum Line {
        PROGRESS,
        SAMPLE,
        MISSING,
        END
    }

    private BenchProcess() {}

    /**
     * Measures: the group's name, quick or full, where the C programs, the drivers and the peers are, how many wait.
     */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        endWithInput();
        BenchPlan plan = new BenchPlan(
                Boolean.parseBoolean(args[1]),
                Path.of(args[2]),
                Path.of(args[3]),
                Path.of(args[4]),
                Integer.parseInt(args[5]));
        Group group = Groups.named(args[0]);
        try (Lineup lineup = new Lineup(plan)) {
            group.maker().lineUp(lineup);
            int rounds = group.roundsOf(plan);
            Samples samples = Rounds.run(
                    lineup.contenders(),
                    group.warmsUp() ? plan.warmUpNs() : 0,
                    rounds,
                    round -> tell(out, Line.PROGRESS, round + " of " + rounds));
            samples.windows()
                    .forEach((key, values) -> values.forEach(value ->
                            tell(out, Line.SAMPLE, key.contender(), key.metric().name(), String.valueOf(value))));
            lineup.missing().forEach((contender, reason) -> tell(out, Line.MISSING, contender, reason));
        }
        tell(out, Line.END);
        System.exit(0); // whatever threads a contender has left behind
    }

    private static void tell(PrintStream out, Line line, String... cells) {
        byte[] text = (line + "\t" + String.join("\t", cells) + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(text, 0, text.length);
        out.flush();
    }

    /** Whoever started this process has its input; when that is gone, so are the reasons to go on. */
    private static void endWithInput() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // nothing is said there
                        }
                    } catch (java.io.IOException e) {
                        // gone as well
                    }
                    Runtime.getRuntime().halt(1);
                },
                "bench-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
