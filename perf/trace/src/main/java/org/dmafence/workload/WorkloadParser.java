package org.dmafence.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.dmafence.workload.Workload.Client;
import org.jspecify.annotations.Nullable;

/**
 * Reads workloads from text: a line {@code workload NAME DESCRIPTION}, and below it {@code credits N},
 * {@code run-ms N}, {@code timeout-ms N} and a line {@code client NAME key=value ...} for each client. {@code #} begins
 * a comment. {@code a..b} in place of a client's number draws one between them for each client, always the same with
 * the same seed.
 */
public final class WorkloadParser {
    private static final int MAX_CLIENTS = 10_000;
    private static final long MAX_RUN_MS = TimeUnit.HOURS.toMillis(1);

    private final String file;
    private final long seed;
    private final List<Workload> workloads = new ArrayList<>();
    private int lineNumber;

    // ---- the workload being read; none before the first name ----------------------------------------------------

    private @Nullable String name;
    private String description = "";
    private int credits;
    private long runMs;
    private long timeoutMs;
    private List<Client> clients = new ArrayList<>();
    private SplittableRandom random;

    private WorkloadParser(String file, long seed) {
        this.file = file;
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    /**
     * All workloads of a text, in its order.
     *
     * @param file what the text is called in errors
     * @throws WorkloadFormatException if a line says nothing that is known, or there is no workload
     */
    public static List<Workload> parse(String text, String file, long seed) throws WorkloadFormatException {
        WorkloadParser parser = new WorkloadParser(file, seed);
        for (String line : text.split("\\R", -1)) {
            parser.lineNumber++;
            String content = line.replaceFirst("#.*", "").strip();
            if (!content.isEmpty()) {
                parser.line(content.split("\\s+", 3), content);
            }
        }
        parser.finish();
        if (parser.workloads.isEmpty()) {
            throw new WorkloadFormatException(file + " describes no workload; begin with a line: workload NAME");
        }
        return parser.workloads;
    }

    private void line(String[] words, String content) throws WorkloadFormatException {
        String value = words.length > 1 ? words[1] : "";
        if (words[0].equals("workload")) {
            finish();
            begin(value, words.length > 2 ? words[2] : "");
            return;
        }
        if (name == null) {
            throw bad("\"" + content + "\" before the first workload; begin with a line: workload NAME");
        }
        switch (words[0]) {
            case "credits" -> credits = (int) whole("credits", value, 1, 1 << 16);
            case "run-ms" -> runMs = whole("run-ms", value, 1, MAX_RUN_MS);
            case "timeout-ms" -> timeoutMs = whole("timeout-ms", value, 1, MAX_RUN_MS);
            case "client" -> clients(value, words.length > 2 ? words[2].split("\\s+") : new String[0]);
            default ->
                throw bad("\"" + words[0] + "\" is nothing that is known; use workload, credits, run-ms, timeout-ms or"
                        + " client");
        }
    }

    private void begin(String workload, String sentence) throws WorkloadFormatException {
        if (workload.isEmpty()) {
            throw bad("a workload without a name; write: workload NAME");
        }
        name = workload;
        description = sentence;
        credits = 1;
        runMs = 1_000;
        timeoutMs = 0;
        clients = new ArrayList<>();
        random = new SplittableRandom(seed);
    }

    private void clients(String client, String[] settings) throws WorkloadFormatException {
        ClientLine line = new ClientLine(client, settings, this::bad);
        if (line.count() > MAX_CLIENTS - clients.size()) {
            throw bad("more than " + String.format(Locale.ROOT, "%,d", MAX_CLIENTS) + " clients; use fewer");
        }
        for (int i = 1; i <= line.count(); i++) {
            clients.add(line.draw(line.count() == 1 ? client : client + i, random));
        }
    }

    private void finish() throws WorkloadFormatException {
        if (name == null) {
            return;
        }
        if (clients.isEmpty()) {
            throw bad("workload " + name + " has no client; add a line: client NAME us=1000");
        }
        boolean hangs = clients.stream().anyMatch(client -> client.hangEvery() > 0);
        if (hangs && timeoutMs == 0) {
            throw bad("workload " + name + " hangs for ever; add a line: timeout-ms 100");
        }
        workloads.add(new Workload(
                name,
                description,
                credits,
                TimeUnit.MILLISECONDS.toNanos(runMs),
                timeoutMs == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMs),
                clients));
    }

    private long whole(String what, String value, long least, long most) throws WorkloadFormatException {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The message below says all there is to say.
        }
        throw bad(what + " \"" + value + "\"; use a whole number from " + least + " to " + most);
    }

    private WorkloadFormatException bad(String problem) {
        return new WorkloadFormatException(file + ":" + lineNumber + ": " + problem);
    }
}
