package org.dmafence.lockdep;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dmafence.lockdep.LockdepReport.Kind;
import org.dmafence.lockdep.LockdepReport.Link;
import org.jspecify.annotations.Nullable;

/** Which class was acquired while which was held. Kernel counterpart: the dependency graph of {@code lockdep.c}. */
final class LockGraph {
    /*
     * Overview. `orders` answers "is this known?" without a lock, for nearly every acquisition. What is new is added in
     * the monitor, together with the search for a circle that it closes, so of two threads that add two halves at once
     * the second finds it.
     *
     * I1  The orders that are followed are free of circles that block: one that closes such a circle is kept, so that
     *     it is reported once, but not followed.
     * I2  Nothing in here refers to a class or an object of a driver.
     *
     * The search is breadth first, so the circle is a shortest one. Its nodes are pairs of a class and whether it was
     * reached by a recursive read, because that decides which orders may follow.
     */
    private static final int MAX_ORDERS = 32_768;
    private static final int MAX_SUBJECTS = 1024;

    private static volatile LockGraph current = new LockGraph(null);

    private final @Nullable LockdepReporter own;
    private final Map<Long, Order> orders = new ConcurrentHashMap<>();
    private final Map<LockClass, List<Order>> after = new HashMap<>();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /** A graph that knows the order that the kernel lays down. */
    LockGraph(@Nullable LockdepReporter own) {
        this.own = own;
        KnownOrder.prime(this);
    }

    static LockGraph current() {
        return current;
    }

    /** Replaces the graph of the process. */
    static void use(LockGraph graph) {
        current = graph;
    }

    LockdepReporter reporter() {
        return own == null ? Lockdep.reporter() : own;
    }

    /** Whether nobody was told of this before. */
    boolean isNews(String subject) {
        return reported.size() < MAX_SUBJECTS && reported.add(subject);
    }

    int size() {
        return orders.size();
    }

    boolean knows(Held from, Held to) {
        Order order = orders.get(key(from.lockClass(), to.lockClass()));
        return order != null && order.has(Order.way(from, to));
    }

    private static Long key(LockClass from, LockClass to) {
        return (long) from.id() << 32 | to.id();
    }

    /** Takes note of an order. What it closes a circle with is the answer, unless it is known. */
    @Nullable LockdepReport learn(Held from, Held to, String who) {
        int way = Order.way(from, to);
        Link link = Order.link(from, to, who);
        synchronized (this) {
            if (knows(from, to)) {
                return null;
            }
            if (orders.size() >= MAX_ORDERS) {
                return isNews("orders")
                        ? new LockdepReport(
                                Kind.TABLE_FULL,
                                "there are " + MAX_ORDERS
                                        + " orders of lock classes; no more are learnt. Use fewer classes",
                                List.of(),
                                List.of())
                        : null;
            }
            List<Link> rest = wayBack(from.lockClass(), to.lockClass(), way);
            add(from.lockClass(), to.lockClass(), way, link, rest != null);
            if (rest == null) {
                return null;
            }
            List<Link> circle = new ArrayList<>();
            circle.add(link);
            circle.addAll(rest);
            return new LockdepReport(Kind.POSSIBLE_DEADLOCK, summary(circle, who), circle, List.of());
        }
    }

    synchronized void give(LockClass from, LockClass to) {
        add(from, to, 0, Order.given(from, to), false);
    }

    private void add(LockClass from, LockClass to, int way, Link link, boolean closes) {
        Order order = orders.get(key(from, to));
        if (order == null) {
            order = new Order(from, to);
            order.add(way, link, closes);
            orders.put(key(from, to), order);
            after.computeIfAbsent(from, c -> new ArrayList<>(4)).add(order);
        } else {
            order.add(way, link, closes);
        }
    }

    private static String summary(List<Link> circle, String who) {
        StringBuilder text = new StringBuilder();
        for (Link link : circle) {
            text.append(link.from().what()).append(" -> ");
        }
        return text.append(circle.get(0).from().what()).append(". ").append(who)
                + " closes this circle: if each link is held up at once by the next, all wait for ever. Reverse one of the links, or "
                + "release its first end before";
    }

    // ---- the search ------------------------------------------------------------------------------------------------

    /** How a class was reached. */
    private record Step(@Nullable Step before, Order order, int way) {}

    /**
     * The links from the end of a new order back to its beginning that make the whole block; {@code null} if there are
     * none.
     */
    private @Nullable List<Link> wayBack(LockClass from, LockClass to, int newWay) {
        Deque<Step> open = new ArrayDeque<>();
        Set<Long> seen = new java.util.HashSet<>();
        follow(null, to, newWay, seen, open);
        for (Step step = open.poll(); step != null; step = open.poll()) {
            if (step.order.to == from) {
                if (Order.blocks(step.way, newWay)) {
                    return links(step);
                }
            } else {
                follow(step, step.order.to, step.way, seen, open);
            }
        }
        return null;
    }

    private void follow(@Nullable Step before, LockClass at, int way, Set<Long> seen, Deque<Step> open) {
        for (Order order : after.getOrDefault(at, List.of())) {
            for (int next = 0; next < Order.WAYS; next++) {
                if (order.isFollowed(next)
                        && Order.blocks(way, next)
                        && seen.add((long) order.from.id() << 32 | (long) order.to.id() << 2 | next)) {
                    open.add(new Step(before, order, next));
                }
            }
        }
    }

    private static List<Link> links(Step last) {
        List<Link> links = new ArrayList<>();
        for (Step step = last; step != null; step = step.before) {
            links.add(step.order.link(step.way));
        }
        Collections.reverse(links);
        return links;
    }
}
