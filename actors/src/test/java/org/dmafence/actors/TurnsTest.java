package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.lockdep.LockClass;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepReport.Kind;
import org.dmafence.lockdep.LockdepTrial;
import org.junit.jupiter.api.Test;

/** Lockdep takes an actor's message for what holds locks and owes fences, not the thread that it runs on. */
class TurnsTest {
    private static final LockClass LOCK = LockClass.of("TurnsTest lock");

    private final FenceContext context = FenceContext.create("TurnsTest");
    private final DmaFence fence = context.newFence(new Ops(), 1);

    private record Do(Runnable what) {}

    private static final class Ops extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "TurnsTest";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "engine";
        }
    }

    private static BehaviorTestKit<Do> actor(String name) {
        Behavior<Do> behavior = Behaviors.receiveMessage(message -> {
            message.what.run();
            return Behaviors.same();
        });
        return BehaviorTestKit.create(Turns.of(Do.class, behavior), name);
    }

    private static List<LockdepReport> reports(Consumer<BehaviorTestKit<Do>> body) throws Exception {
        return LockdepTrial.run(() -> body.accept(actor("engine")));
    }

    @Test
    void shouldReportAMessageThatEndsHoldingALock() throws Exception {
        assertThat(reports(engine -> engine.run(new Do(LOCK::acquire))))
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.kind()).isEqualTo(Kind.HELD_AT_END);
                    assertThat(report.summary()).startsWith("actor ").contains("/engine, handling Do on thread ");
                });
    }

    @Test
    void shouldReportAWaiterWhoHoldsWhatTheActorNeedsBeforeItSignals() throws Exception {
        assertThat(reports(engine -> {
                    LOCK.acquire();
                    assertThat(fence.awaitUninterruptibly(0, TimeUnit.NANOSECONDS))
                            .isFalse();
                    LOCK.release();
                    engine.run(new Do(() -> {
                        takeAndRelease();
                        context.signal(fence);
                    }));
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(Kind.POSSIBLE_DEADLOCK);
    }

    @Test
    void shouldLetPassWhatAnEarlierMessageTook() throws Exception {
        assertThat(reports(engine -> {
                    LOCK.acquire();
                    assertThat(fence.awaitUninterruptibly(0, TimeUnit.NANOSECONDS))
                            .isFalse();
                    LOCK.release();
                    engine.run(new Do(TurnsTest::takeAndRelease));
                    engine.run(new Do(() -> context.signal(fence)));
                }))
                .isEmpty();
    }

    private static void takeAndRelease() {
        LOCK.acquire();
        LOCK.release();
    }
}
