package org.dmafence.fence;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A reporter that keeps what it is told. */
final class Reports implements FenceReporter {
    record Report(Kind kind, String message, @Nullable Throwable cause) {}

    private final List<Report> all = new CopyOnWriteArrayList<>();

    @Override
    public void report(Kind kind, String message, @Nullable Throwable cause) {
        all.add(new Report(kind, message, cause));
    }

    List<Report> all() {
        return all;
    }

    List<Kind> kinds() {
        return all.stream().map(Report::kind).toList();
    }

    /** The messages of one kind. */
    List<String> of(Kind kind) {
        return all.stream().filter(r -> r.kind() == kind).map(Report::message).toList();
    }
}
