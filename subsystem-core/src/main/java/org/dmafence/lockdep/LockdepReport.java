package org.dmafence.lockdep;

import java.util.List;
import java.util.Locale;

/**
 * Something that the checker found. Refers to nothing but strings.
 *
 * @param kind which rule is broken
 * @param summary in a sentence or two, with the remedy
 * @param circle the links of a possible deadlock, each beginning where the one before ends and the first where the last
 *     ends; the first is the one that the reported thread is about to add. The one link of a possible recursion; empty
 *     otherwise.
 * @param places where the other rules are broken: the call that blocks, or where what is still held was acquired
 */
public record LockdepReport(Kind kind, String summary, List<Link> circle, List<Place> places) {
    /** What rule is broken. */
    public enum Kind {
        /** Classes are acquired in orders that close a circle. */
        POSSIBLE_DEADLOCK,
        /** A lock is acquired while one of its class is held, and nothing orders them. */
        POSSIBLE_RECURSION,
        /** A fence is waited for in code that others wait for. */
        WAIT_IN_SIGNALING_SECTION,
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
     * Something that was done somewhere.
     *
     * @param what to what: a class, or a call
     * @param how what was done to it
     * @param stack innermost first, without the checker's own frames; empty for what was known from the start
     */
    public record Place(String what, String how, List<StackTraceElement> stack) {
        private String text(List<StackTraceElement> before) {
            int same = 0;
            while (same < Math.min(stack.size(), before.size()) - 1
                    && stack.get(stack.size() - 1 - same).equals(before.get(before.size() - 1 - same))) {
                same++;
            }
            StringBuilder text = new StringBuilder("   ")
                    .append(what)
                    .append(' ')
                    .append(how)
                    .append('\n');
            stack.subList(0, stack.size() - same)
                    .forEach(frame -> text.append("      at ").append(frame).append('\n'));
            if (same > 0) {
                text.append("      ... ").append(same).append(" more, as above\n");
            }
            return text.toString();
        }
    }

    /**
     * One known order: somebody held, or owed, one class and acquired, or waited for, another.
     *
     * @param from what was held
     * @param to what was acquired then
     * @param who the thread, or the actor and its thread
     * @param sinceStartNs when it was first seen, after the start of the checker
     */
    public record Link(Place from, Place to, String who, long sinceStartNs) {
        private String text() {
            String head = from.what() + " -> " + to.what() + ", by " + who;
            if (from.stack().isEmpty() && to.stack().isEmpty()) {
                return head + '\n';
            }
            return head
                    + String.format(Locale.ROOT, ", %.3f s after the start", sinceStartNs / 1e9)
                    + '\n'
                    + from.text(List.of())
                    + to.text(from.stack());
        }
    }

    /** Everything, for people: the rule, the circle, and the two stacks of each link. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .append(": ")
                .append(summary)
                .append('\n');
        for (int i = 0; i < circle.size(); i++) {
            text.append(i + 1).append(". ").append(circle.get(i).text());
        }
        places.forEach(place -> text.append(place.text(List.of())));
        return text.toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
