package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.BehaviorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Props;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    private static void fail(String message) {
        switch (message) {
            case "memory" -> throw new OutOfMemoryError("not really");
            case "stack" -> throw new StackOverflowError("not really");
            case "linkage" -> throw new NoClassDefFoundError("not really");
            default -> {}
        }
    }

    /** What would otherwise end the process of whoever embeds us, or the actor system. */
    @ParameterizedTest
    @CsvSource({"memory, receive", "stack, receive", "linkage, receive", "memory, start", "memory, signal"})
    void shouldEndTheActorAloneWhenTheVirtualMachineFails(String error, String where) {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "host");
        try {
            Behavior<String> behavior = Behaviors.setup(context -> {
                if (where.equals("start")) {
                    fail(error);
                }
                return Behaviors.receive(String.class)
                        .onMessage(String.class, message -> {
                            if (where.equals("receive")) {
                                fail(message);
                            }
                            return Behaviors.stopped();
                        })
                        .onSignal(PostStop.class, stopped -> {
                            fail(where.equals("signal") ? error : "");
                            return Behaviors.same();
                        })
                        .build();
            });
            CountDownLatch gone = new CountDownLatch(1);
            Behavior<String> watcher = Behaviors.setup(context -> {
                ActorRef<String> child = context.spawn(Turns.of(String.class, behavior), "child");
                context.watch(child);
                child.tell(error);
                return Behaviors.receive(String.class)
                        .onSignal(Terminated.class, end -> {
                            gone.countDown();
                            return Behaviors.stopped();
                        })
                        .build();
            });
            system.systemActorOf(watcher, "watcher", Props.empty());

            SubsystemTest.eventually().until(() -> gone.getCount() == 0);
            assertThat(system.getWhenTerminated().toCompletableFuture()).isNotDone();
        } finally {
            system.terminate();
            SubsystemTest.get(system.getWhenTerminated());
        }
    }

    private static void takeAndRelease() {
        LOCK.acquire();
        LOCK.release();
    }
}
