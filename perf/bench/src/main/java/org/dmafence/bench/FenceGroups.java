package org.dmafence.bench;

import java.util.List;

/** Fence operations beside those of the promises that people use. */
final class FenceGroups {
    static final String FENCE = "fence";
    static final String FUTURE = "CompletableFuture";
    static final String GUAVA = "SettableFuture";
    static final String NETTY = "Netty's promise";
    static final String AT_CREATION = "fence, callback at creation";
    static final String HAND = "promise by hand";
    static final String FLAG = "volatile flag";
    static final int MANY = 1000;
    static final int BATCH = 64;

    private FenceGroups() {}

    static List<Group> all() {
        return List.of(
                Group.of("fence-signal", FenceGroups::signal),
                Group.of("fence-signal-at", FenceGroups::signalAt),
                Group.of("fence-is-signaled", FenceGroups::isSignaled),
                Group.of("fence-many-callbacks", FenceGroups::manyCallbacks),
                Group.of("fence-batch", FenceGroups::batch));
    }

    private static void signal(Lineup lineup) {
        OperationThread worker = lineup.foreign();
        lineup.add(FENCE, worker, FenceOperations.CallbackSignal::new);
        lineup.add(FUTURE, worker, PromiseOperations.FutureAcceptTime::new);
        lineup.add(HAND, worker, HandOperations.CallbackSignal::new);
    }

    private static void signalAt(Lineup lineup) {
        OperationThread worker = lineup.foreign();
        lineup.add(FENCE, worker, FenceOperations.CallbackSignalAt::new);
        lineup.add(AT_CREATION, worker, FenceOperations.CallbackAtCreation::new);
        lineup.add(FUTURE, worker, PromiseOperations.FutureRun::new);
        lineup.add(HAND, worker, HandOperations.CallbackSignalAt::new);
        lineup.add(GUAVA, worker, () -> new PromiseOperations.GuavaListeners(1));
        lineup.add(NETTY, worker, () -> new PromiseOperations.NettyListeners(1));
        lineup.add("fence, nobody interested", worker, FenceOperations.SignalAt::new);
        lineup.add("CompletableFuture, nobody interested", worker, PromiseOperations.FutureComplete::new);
        lineup.add("CountDownLatch", worker, PromiseOperations.Latch::new);
        lineup.add("Phaser", worker, PromiseOperations.PhaserAdvance::new);
    }

    private static void isSignaled(Lineup lineup) {
        OperationThread worker = lineup.foreign();
        lineup.add(FENCE, worker, FenceOperations.IsSignaled::new);
        lineup.add(FUTURE, worker, PromiseOperations.FutureIsDone::new);
        lineup.add("fence, not signaled", worker, FenceOperations.IsNotSignaled::new);
        lineup.add("CountDownLatch", worker, PromiseOperations.LatchCount::new);
        lineup.add(FLAG, worker, PromiseOperations.VolatileFlag::new);
    }

    private static void manyCallbacks(Lineup lineup) {
        OperationThread worker = lineup.foreign();
        lineup.add(FENCE, worker, () -> new FenceOperations.ManyCallbacks(MANY));
        lineup.add(FUTURE, worker, () -> new PromiseOperations.FutureManyRuns(MANY));
        lineup.add(HAND, worker, () -> new HandOperations.ManyCallbacks(MANY));
        lineup.add(GUAVA, worker, () -> new PromiseOperations.GuavaListeners(MANY));
        lineup.add(NETTY, worker, () -> new PromiseOperations.NettyListeners(MANY));
    }

    private static void batch(Lineup lineup) {
        OperationThread worker = lineup.foreign();
        lineup.add(FENCE, worker, () -> new FenceOperations.Batch(BATCH));
        lineup.add(FUTURE, worker, () -> new PromiseOperations.FutureBatch(BATCH));
        lineup.add(HAND, worker, () -> new HandOperations.Batch(BATCH));
    }
}
