package org.dmafence.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.dmafence.lockdep.LockdepReport.Kind;
import org.dmafence.lockdep.LockdepReport.Link;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The graph under many threads, against a model, and how large it gets. */
class LockGraphTest {
    @RepeatedTest(10)
    void shouldFindACircleHoweverItsHalvesRace() throws Exception {
        LockClass[] classes = classes("race", 4);
        assertThat(LockdepTrial.run(() -> {
                    CyclicBarrier start = new CyclicBarrier(classes.length);
                    Threads.run("LockGraphTest", classes.length, i -> {
                        await(start);
                        nest(classes[i], classes[(i + 1) % classes.length]);
                    });
                }))
                .as("whoever comes last closes it")
                .singleElement()
                .satisfies(report -> assertThat(report.circle()).hasSize(classes.length));
    }

    @Test
    void shouldReportNothingWhenManyThreadsKeepToOneOrder() throws Exception {
        LockClass[] classes = classes("order", 24);
        long seed = System.nanoTime();
        assertThat(LockdepTrial.run(() -> Threads.run("LockGraphTest", 6, number -> {
                    Random random = new Random(seed + number);
                    for (int round = 0; round < 300; round++) {
                        int low = random.nextInt(classes.length - 1);
                        nest(classes[low], classes[low + 1 + random.nextInt(classes.length - low - 1)]);
                    }
                })))
                .as("seed " + seed)
                .isEmpty();
    }

    /**
     * The model: an order is reported if and only if its end reaches its beginning by orders that were not reported.
     */
    @Test
    void shouldReportWhatASimpleSearchFinds() throws Exception {
        LockClass[] classes = classes("model", 12);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < 25; run++) {
            boolean[][] kept = new boolean[classes.length][classes.length];
            Set<Integer> seen = new HashSet<>();
            List<String> expected = new ArrayList<>();
            List<LockdepReport> reports = LockdepTrial.run(() -> {
                for (int step = 0; step < 60; step++) {
                    int from = random.nextInt(classes.length);
                    int to = random.nextInt(classes.length);
                    if (from == to) {
                        continue;
                    }
                    nest(classes[from], classes[to]);
                    if (seen.add(from * classes.length + to)) {
                        if (reaches(kept, to, from)) {
                            expected.add(classes[from] + " -> " + classes[to]);
                        } else {
                            kept[from][to] = true;
                        }
                    }
                }
            });
            assertThat(reports.stream()
                            .map(r -> r.circle().get(0))
                            .map(l -> l.from().what() + " -> " + l.to().what()))
                    .as("seed %d, run %d", seed, run)
                    .containsExactlyElementsOf(expected);
            for (LockdepReport report : reports) {
                assertCloses(report.circle());
            }
        }
    }

    @Test
    void shouldStayAsLargeAsThereAreClassesHoweverManyLocksThereAre() throws Exception {
        LockClass[] classes = classes("bounded", 3);
        int before = LockClass.count();
        LockGraph[] graph = new LockGraph[1];
        int[] first = new int[1];
        assertThat(LockdepTrial.run(() -> {
                    graph[0] = LockGraph.current();
                    for (int i = 0; i < 2_000; i++) {
                        var outer = classes[0].newLock();
                        var inner = classes[1].newLock();
                        outer.lock();
                        try {
                            inner.lock();
                            try {
                                assertThat(classes[1].isHeld()).isTrue();
                            } finally {
                                inner.unlock();
                            }
                        } finally {
                            outer.unlock();
                        }
                        FenceClass ring = FenceClass.of("LockGraphTest", "ring " + i);
                        classes[2].acquire();
                        ring.await();
                        classes[2].release();
                        if (i == 0) {
                            first[0] = graph[0].size();
                        }
                    }
                }))
                .isEmpty();
        assertThat(graph[0].size()).isEqualTo(first[0]);
        assertThat(LockClass.count()).as("two of the one name of the ring").isEqualTo(before + 2);
    }

    @Test
    void shouldStopWhenThereAreTooManyOrders() {
        List<LockdepReport> reports = new ArrayList<>();
        LockGraph graph = new LockGraph(reports::add);
        LockClass[] classes = classes("many", 258);
        for (int from = 0; from < classes.length; from++) {
            for (int to = from + 1; to < classes.length; to++) {
                LockdepReport report = graph.learn(held(classes[from]), held(classes[to]), "the test");
                if (report != null) {
                    reports.add(report);
                }
            }
        }
        assertThat(reports)
                .singleElement()
                .satisfies(report -> assertThat(report.kind()).isEqualTo(Kind.TABLE_FULL));
        assertThat(graph.size()).isEqualTo(32_768);
    }

    private static Held held(LockClass lockClass) {
        return new Held(lockClass, LockClass.Mode.EXCLUSIVE, false, "acquired", new Site());
    }

    private static boolean reaches(boolean[][] kept, int from, int to) {
        List<Integer> open = new ArrayList<>(List.of(from));
        Set<Integer> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            int at = open.remove(open.size() - 1);
            if (at == to) {
                return true;
            }
            for (int next = 0; next < kept.length; next++) {
                if (kept[at][next] && seen.add(next)) {
                    open.add(next);
                }
            }
        }
        return false;
    }

    private static void assertCloses(List<Link> circle) {
        for (int i = 0; i < circle.size(); i++) {
            assertThat(circle.get(i).to().what())
                    .isEqualTo(circle.get((i + 1) % circle.size()).from().what());
        }
    }

    private static LockClass[] classes(String name, int count) {
        LockClass[] classes = new LockClass[count];
        for (int i = 0; i < count; i++) {
            classes[i] = LockClass.of("LockGraphTest " + name + " " + i);
        }
        return classes;
    }

    private static void nest(LockClass outer, LockClass inner) {
        outer.acquire();
        inner.acquire();
        inner.release();
        outer.release();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
