package org.dmafence.lockdep;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that the checker found. Refers to nothing but strings.
 *
 * @param kind which rule is broken
 * @param summary in a sentence or two, with the remedy
 * @param circle the links of a possible deadlock, each beginning where the one before ends and the first where the last ends; the
 *     first is the one that the reported thread is about to add. Of other kinds, what is known of the stacks, if anything.
 */
public record LockdepReport(Kind kind, String summary, List<Link> circle) {
    /** What rule is broken. */
    public enum Kind {
        /** Classes are acquired in orders that close a circle. */
        POSSIBLE_DEADLOCK,
        /** A lock is acquired while one of its class is held, and nothing orders them. */
        POSSIBLE_RECURSION,
        /** A fence is waited for in code that others wait for. */
        WAIT_IN_SIGNALLING_SECTION,
        /** Something blocks inside an RCU read section. */
        BLOCKING_IN_READ_SECTION,
        /** Something blocks while a spin lock is held. */
        BLOCKING_UNDER_SPIN_LOCK,
        /** What RCU protects is read outside a section. */
        RCU_NOT_HELD,
        /** A message or a thread ended holding something. */
        HELD_AT_END,
        /** Something was released that was not held. */
        NOT_HELD,
        /** The checker has run out of room and has stopped learning. */
        TABLE_FULL
    }

    /**
     * One known order: somebody held, or owed, one class and acquired, or waited for, another.
     *
     * @param from the class that was held
     * @param to the class that was acquired then
     * @param who the thread, or the actor and its thread
     * @param sinceStartNs when it was first seen, after the start of the checker
     * @param fromStack what was done to the first where, innermost first; empty if the order was known from the start
     * @param toStack the same of the second
     */
    public record Link(
            String from,
            String to,
            String who,
            long sinceStartNs,
            String fromHow,
            List<StackTraceElement> fromStack,
            String toHow,
            List<StackTraceElement> toStack) {
        private String text() {
            String head = from + " -> " + to + ", by " + who;
            if (fromStack.isEmpty() && toStack.isEmpty()) {
                return head + "\n";
            }
            return head + String.format(", %.3f s after the start", sinceStartNs / 1e9) + "\n   " + from + " " + fromHow
                    + frames(fromStack) + "   " + to + " " + toHow + frames(toStack);
        }

        private static String frames(List<StackTraceElement> stack) {
            return stack.stream().map(frame -> "      at " + frame + "\n").collect(Collectors.joining("", "\n", ""));
        }
    }

    /** Everything, for people: the rule, the circle, and the two stacks of each link. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
                .append(": ")
                .append(summary)
                .append('\n');
        for (int i = 0; i < circle.size(); i++) {
            text.append(i + 1).append(". ").append(circle.get(i).text());
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
