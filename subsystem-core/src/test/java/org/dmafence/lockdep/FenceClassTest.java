package org.dmafence.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.lockdep.LockdepReport.Kind;
import org.dmafence.lockdep.LockdepReport.Link;
import org.junit.jupiter.api.Test;

/** Circles through fences: between who waits for one and who signals it, on another thread or in another actor. */
class FenceClassTest {
    private static final LockClass A = LockClass.of("FenceClassTest a");
    private static final LockClass B = LockClass.of("FenceClassTest b");
    private final FenceClass gfx = FenceClass.of("driver", "gfx 7");
    private final FenceClass dma = FenceClass.of("driver", "dma");

    @Test
    void shouldReportASignalerThatNeedsWhatTheWaiterHolds() throws Exception {
        List<LockdepReport> reports = LockdepTrial.run(() -> {
            Threads.run("waiter", () -> holding(A, gfx::await));
            Threads.run("signaller", () -> holding(A, () -> signal(gfx)));
        });
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.kind()).isEqualTo(Kind.POSSIBLE_DEADLOCK);
            assertThat(report.circle())
                    .extracting(link -> link.from().what())
                    .containsExactly("fence driver gfx #", A.toString());
            assertThat(report.circle()).extracting(Link::who).containsExactly("thread signaller", "thread waiter");
            assertThat(report.circle()).extracting(link -> link.from().how()).containsExactly("signalled", "acquired");
        });
    }

    @Test
    void shouldNotMindTheOrderInWhichTheHalvesAreSeen() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    holding(A, () -> signal(gfx));
                    holding(A, gfx::await);
                }))
                .hasSize(1);
    }

    @Test
    void shouldKeepTimelinesApartAndTheirNumbersTogether() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    holding(A, gfx::await);
                    holding(A, () -> signal(dma));
                }))
                .isEmpty();
        assertThat(LockdepTrial.run(() -> {
                    holding(A, gfx::await);
                    holding(A, () -> signal(FenceClass.of("driver", "gfx 12")));
                }))
                .hasSize(1);
    }

    @Test
    void shouldLetPassWhatIsReleasedBeforeSignalingOnAThread() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    holding(A, gfx::await);
                    holding(A, () -> {});
                    signal(gfx);
                }))
                .as("a thread has no beginning from which it owes the fence")
                .isEmpty();
    }

    @Test
    void shouldRememberWhatATurnReleasedBeforeItSignaled() throws Exception {
        List<LockdepReport> reports = LockdepTrial.run(() -> {
            holding(A, gfx::await);
            inTurn("actor engine", () -> {
                holding(A, () -> {});
                signal(gfx);
            });
        });
        assertThat(reports)
                .singleElement()
                .satisfies(report -> assertThat(report.circle().get(0).who()).startsWith("actor engine on thread "));
        assertThat(LockdepTrial.run(() -> {
                    holding(A, gfx::await);
                    inTurn("actor engine", () -> holding(A, () -> {}));
                    inTurn("actor engine", () -> signal(gfx));
                }))
                .as("another message is another turn")
                .isEmpty();
    }

    @Test
    void shouldFollowACircleThroughTwoActorsAndALock() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    inTurn("actor one", () -> holding(A, gfx::await));
                    inTurn("actor two", () -> holding(B, () -> signal(gfx)));
                    inTurn("actor three", () -> holding(B, () -> holding(A, () -> {})));
                }))
                .singleElement()
                .satisfies(report -> assertThat(report.circle()).hasSize(3));
    }

    @Test
    void shouldCountWhatCallbacksTakeAsBeforeTheWaiter() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    holding(A, gfx::await);
                    callback(gfx, () -> holding(A, () -> {}));
                }))
                .hasSize(1);
    }

    @Test
    void shouldReportRemovingACallbackUnderALockThatCallbacksTake() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    callback(gfx, () -> holding(A, () -> {}));
                    holding(A, gfx::awaitCallbacks);
                }))
                .singleElement()
                .satisfies(report ->
                        assertThat(report.summary()).contains("FenceClassTest a -> callbacks of driver gfx #"));
        assertThat(LockdepTrial.run(() -> {
                    holding(A, () -> signal(gfx));
                    holding(A, gfx::awaitCallbacks);
                }))
                .as("who holds the lock while it signals is through with it when callbacks are removed")
                .isEmpty();
    }

    @Test
    void shouldReportPollingUnderALockThatCallbacksTakeUnlessItCanBeTakenTwice() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    callback(gfx, () -> holding(A, () -> {}));
                    holding(A, gfx::mayRunCallbacks);
                }))
                .hasSize(1);
        var lock = B.newLock();
        assertThat(LockdepTrial.run(() -> {
                    callback(gfx, () -> holding(B, () -> {}));
                    lock.lock();
                    try {
                        gfx.mayRunCallbacks();
                    } finally {
                        lock.unlock();
                    }
                }))
                .isEmpty();
    }

    @Test
    void shouldLearnNoOrderAmongFences() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    callback(gfx, () -> signal(dma));
                    callback(dma, () -> signal(gfx));
                    callback(gfx, () -> dma.mayRunCallbacks());
                    callback(dma, () -> gfx.mayRunCallbacks());
                }))
                .as("each number of one timeline may follow the one before of the other")
                .isEmpty();
    }

    @Test
    void shouldLearnNothingOfFencesThatNobodyCouldHaveWaitedFor() throws Exception {
        FenceRuntime runtime = FenceRuntime.builder().build();
        assertThat(LockdepTrial.run(() -> {
                    holding(A, () -> runtime.allocateStub(5).release());
                    DmaFence stub = runtime.allocateStub(7);
                    A.acquire();
                    stub.await();
                    A.release();
                    stub.release();
                }))
                .as("a stub has signalled when its maker hands it out, whatever that one held")
                .isEmpty();
    }

    private static void signal(FenceClass fences) {
        callback(fences, () -> {});
    }

    private static void callback(FenceClass fences, Runnable body) {
        fences.signaled();
        fences.beginCallbacks();
        body.run();
        fences.endCallbacks();
    }

    private static void holding(LockClass lock, Runnable body) {
        lock.acquire();
        body.run();
        lock.release();
    }

    private static void inTurn(String name, Runnable body) {
        Turn turn = Turn.begin(name);
        body.run();
        turn.close();
    }
}
