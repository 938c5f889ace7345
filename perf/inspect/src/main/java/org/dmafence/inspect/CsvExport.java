package org.dmafence.inspect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import org.dmafence.inspect.Part.Kind;
import org.jspecify.annotations.Nullable;

/** Writes each job and each wait as a line of comma-separated values, with a column for each kind of part. */
public final class CsvExport implements Watcher {
    private final Writer out;

    /**
     * Writes the titles.
     *
     * @param out stays the caller's to close
     */
    public CsvExport(Writer out) {
        this.out = out;
        StringBuilder titles = new StringBuilder(
                "kind,fence,device,ring,client,thread,fate,begun_ns,ran_ns,began_ns,ended_ns,signaled_ns,took_ns");
        for (Kind kind : Kind.values()) {
            titles.append(',').append(kind.name().toLowerCase(Locale.ROOT)).append("_ns");
        }
        line(titles.append(",interrupt_lost,refreshes"));
    }

    @Override
    public void job(JobStory job) {
        StringBuilder line = new StringBuilder("job");
        text(line, job.name());
        text(line, job.device());
        text(line, job.ring());
        text(line, job.client());
        text(line, job.task());
        text(line, job.fate().name().toLowerCase(Locale.ROOT));
        line.append(',').append(job.submittedNs());
        number(line, job.ranNs());
        number(line, job.beganNs());
        number(line, job.endedNs());
        number(line, job.signaledNs());
        number(line, job.endedNs() == null ? null : (Long) job.totalNs());
        parts(line, job.parts());
        line.append(',').append(job.interruptLost());
        Refreshes refreshes = job.refreshes();
        line(line.append(',').append(refreshes == null ? 0 : refreshes.count()));
    }

    @Override
    public void waited(WaitStory wait) {
        StringBuilder line = new StringBuilder("wait");
        text(line, wait.fence());
        text(line, "");
        text(line, wait.on());
        text(line, "");
        text(line, wait.task() + "-" + wait.pid());
        text(line, "");
        line.append(',').append(wait.startedNs()).append(",,");
        number(line, wait.endedNs());
        number(line, wait.signaledNs());
        number(line, wait.endedNs() == null ? null : (Long) wait.totalNs());
        parts(line, wait.parts());
        line(line.append(",,"));
    }

    private static void parts(StringBuilder line, List<Part> parts) {
        for (Kind kind : Kind.values()) {
            long ns = 0;
            for (Part part : parts) {
                ns += part.kind() == kind ? part.ns() : 0;
            }
            line.append(',').append(ns);
        }
    }

    private static void number(StringBuilder line, @Nullable Long value) {
        line.append(',');
        if (value != null) {
            line.append(value.longValue());
        }
    }

    private static void text(StringBuilder line, String text) {
        line.append(',');
        boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c < ' ');
        line.append(quoted ? '"' + text.replace("\"", "\"\"") + '"' : text);
    }

    private void line(StringBuilder line) {
        try {
            out.append(line).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
