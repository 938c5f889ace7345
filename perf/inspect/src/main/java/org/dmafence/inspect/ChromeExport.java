package org.dmafence.inspect;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Writes jobs and waits as the trace events of Chrome's {@code about:tracing}: a process for each device with a thread
 * for each ring, one for the clients, from submission to end, and one for the threads that wait. For small captures;
 * viewers load the whole file.
 */
public final class ChromeExport implements Watcher, AutoCloseable {
    private static final int CLIENTS = 1;
    private static final int WAITS = 2;
    private static final int MAX_NAMES = 1 << 14;

    private final Writer out;
    private final Map<String, Integer> processes = new HashMap<>();
    private final Map<String, Integer> threads = new HashMap<>();
    private long lastId;
    private boolean begun;

    /**
     * Writes the beginning.
     *
     * @param out stays the caller's to close
     */
    public ChromeExport(Writer out) {
        this.out = out;
        write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
        name("process_name", CLIENTS, 0, "Clients");
        name("process_name", WAITS, 0, "Waits");
    }

    @Override
    public void job(JobStory job) {
        Long ended = job.endedNs();
        if (ended == null) {
            return;
        }
        Long began = job.beganNs();
        if (began != null && began <= ended) {
            int device = process(job.device().isEmpty() ? "GPU" : job.device());
            int ring = thread(device, job.ring());
            event("X", job.name(), "job", device, ring, began, ",\"dur\":" + micros(ended - began) + args(job));
        }
        int client = thread(CLIENTS, job.client());
        String id = ",\"id\":" + ++lastId;
        event("b", job.name(), job.client(), CLIENTS, client, job.submittedNs(), id);
        event("e", job.name(), job.client(), CLIENTS, client, ended, id);
    }

    @Override
    public void waited(WaitStory wait) {
        Long ended = wait.endedNs();
        if (ended == null) {
            return;
        }
        int thread = thread(WAITS, wait.task() + "-" + wait.pid());
        String dur = ",\"dur\":" + micros(ended - wait.startedNs());
        event("X", wait.fence() + " of " + wait.on(), "wait", WAITS, thread, wait.startedNs(), dur);
    }

    private static String args(JobStory job) {
        StringBuilder args = new StringBuilder(",\"args\":{\"client\":").append(quoted(job.client()));
        for (Part part : job.parts()) {
            args.append(',')
                    .append(quoted(part.kind().words()))
                    .append(':')
                    .append(quoted(InspectFindings.spent(part)));
        }
        return args.append('}').toString();
    }

    private int process(String device) {
        return numbered(processes, device, "process_name", WAITS + 1, -1);
    }

    private int thread(int process, String name) {
        return numbered(threads, process + " " + name, "thread_name", 1, process);
    }

    private int numbered(Map<String, Integer> known, String key, String kind, int first, int process) {
        Integer number = known.get(key);
        if (number != null) {
            return number;
        }
        if (known.size() >= MAX_NAMES) {
            return 0;
        }
        int next = first + known.size();
        known.put(key, next);
        String name = process < 0 ? key : key.substring(key.indexOf(' ') + 1);
        name(kind, process < 0 ? next : process, process < 0 ? 0 : next, name);
        return next;
    }

    private void name(String kind, int process, int thread, String name) {
        separate();
        write("{\"ph\":\"M\",\"name\":\"" + kind + "\",\"pid\":" + process + ",\"tid\":" + thread
                + ",\"args\":{\"name\":" + quoted(name) + "}}");
    }

    private void event(String phase, String name, String category, int process, int thread, long ns, String rest) {
        separate();
        write("{\"ph\":\"" + phase + "\",\"name\":" + quoted(name) + ",\"cat\":" + quoted(category) + ",\"pid\":"
                + process + ",\"tid\":" + thread + ",\"ts\":" + micros(ns) + rest + "}");
    }

    private void separate() {
        write(begun ? ",\n" : "\n");
        begun = true;
    }

    private static String micros(long ns) {
        return String.format(Locale.ROOT, "%d.%03d", Math.floorDiv(ns, 1000), Math.floorMod(ns, 1000L));
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    private void write(String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the end; the writer stays open. */
    @Override
    public void close() {
        write("\n]}\n");
    }
}
