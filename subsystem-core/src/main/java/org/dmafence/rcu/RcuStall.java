package org.dmafence.rcu;

import java.util.List;
import org.dmafence.foreign.Stacks;
import org.jspecify.annotations.Nullable;

/**
 * A reader that holds up a grace period, or that vanished inside its section. Plain values only: a kept report pins
 * neither the thread nor its class loader.
 *
 * @param kind what happened
 * @param domain name of the domain
 * @param reader name of the reader
 * @param threadName name of the thread inside the section; null when it is gone or was not found
 * @param threadId its id; 0 when unknown
 * @param blockedNs how long the grace period has been waiting, in nanoseconds; 0 when none was waiting
 * @param entryEpoch the epoch that the reader published on entry
 * @param stackTrace where that thread is now; empty when it is gone
 */
public record RcuStall(
        Kind kind,
        String domain,
        String reader,
        @Nullable String threadName,
        long threadId,
        long blockedNs,
        long entryEpoch,
        List<StackTraceElement> stackTrace) {

    /** Keeps the text of the stack only: the elements that a thread is asked for refer to classes. */
    public RcuStall {
        stackTrace = List.of(Stacks.copy(stackTrace.toArray(StackTraceElement[]::new)));
    }

    /** What happened to the reader. */
    public enum Kind {
        /** It is still inside a section that began before the grace period, longer than the stall time-out. */
        STALLED,
        /** Its thread ended, or its handle was dropped, inside a section; the slot was taken back. */
        DIED_IN_SECTION
    }

    /** The report in the shape of the kernel's log lines, stack included. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(128)
                .append("rcu ")
                .append(domain)
                .append(": reader '")
                .append(reader)
                .append("' (thread ")
                .append(threadName == null ? "unknown" : threadName + " #" + threadId)
                .append(") ");
        if (kind == Kind.STALLED) {
            text.append("has held up a grace period for ")
                    .append(blockedNs / 1_000_000)
                    .append(" ms; it entered its section at epoch ")
                    .append(entryEpoch)
                    .append(". Leave the section before blocking");
        } else {
            text.append("died inside a section entered at epoch ")
                    .append(entryEpoch)
                    .append("; the slot was reclaimed. Unlock in a finally block");
        }
        for (StackTraceElement frame : stackTrace) {
            text.append(System.lineSeparator()).append("\tat ").append(frame);
        }
        return text.toString();
    }
}
