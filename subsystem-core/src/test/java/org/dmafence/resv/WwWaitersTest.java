package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.testkit.VirtualCpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits, who backs off and who is served next, step by step. An actor that was made earlier is older. */
class WwWaitersTest {
    private final VirtualCpu cpu = VirtualCpu.create();
    private final List<String> log = new ArrayList<>();
    private WwClass wwClass = WwClass.waitDie("test");

    private WwMutex wanted = mutex();
    private WwMutex olds = mutex();
    private WwMutex youngs = mutex();
    private LockActor holder = plain("holder");
    private LockActor old = actor("old");
    private LockActor young = actor("young");

    @AfterEach
    void close() {
        cpu.close();
    }

    private WwMutex mutex() {
        return new WwMutex(wwClass, cpu.runtime().parking());
    }

    private LockActor actor(String name) {
        return new LockActor(cpu, name, wwClass, log);
    }

    private LockActor plain(String name) {
        return new LockActor(cpu, name, null, log);
    }

    /** Locks, and contexts, of a class that wounds instead. */
    private void wound() {
        wwClass = WwClass.woundWait("test");
        wanted = mutex();
        olds = mutex();
        youngs = mutex();
        old = actor("old");
        young = actor("young");
    }

    private void use(boolean waitDie) {
        if (!waitDie) {
            wound();
        }
    }

    private void assertHappened(String... events) {
        assertThat(log).containsExactly(events);
    }

    private void assertLast(String... events) {
        assertThat(log).endsWith(events);
    }

    @Test
    void shouldServeWaitersWithoutContextsInTheOrderTheyCame() {
        List<LockActor> actors = List.of(plain("p1"), plain("p2"), plain("p3"));
        actors.forEach(actor -> actor.locks(wanted));
        assertThat(wanted.tryLock()).isFalse();
        actors.forEach(actor -> actor.unlocks(wanted));

        assertHappened("p1 LOCKED", "p2 LOCKED", "p3 LOCKED");
        assertThat(wanted.isLocked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldServeTheOldestContextFirstAndLeaveOthersTheirPlace(boolean waitDie) {
        use(waitDie);
        LockActor middle = actor("middle");
        young = actor("young"); // younger than the middle one
        LockActor before = plain("before");
        LockActor between = plain("between");
        holder.locks(wanted);
        before.locks(wanted);
        middle.locks(wanted);
        between.locks(wanted);
        young.locks(wanted);
        old.locks(wanted);
        for (LockActor actor : List.of(holder, before, old, middle, between, young)) {
            actor.unlocks(wanted);
        }
        assertHappened(
                "holder LOCKED", "before LOCKED", "old LOCKED", "middle LOCKED", "between LOCKED", "young LOCKED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNeverKillAContextThatHoldsNothing(boolean waitDie) {
        use(waitDie);
        old.locks(wanted);
        young.locks(wanted);
        assertHappened("old LOCKED");
        old.unlocks(wanted);
        old.locks(wanted);
        assertThat(young.context().isWounded()).as("by one that holds nothing").isFalse();
        young.unlocks(wanted);
        assertHappened("old LOCKED", "young LOCKED", "old LOCKED");
    }

    @Test
    void shouldDieWhenYoungerThanTheHolderAndWaitWhenOlder() {
        old.locks(olds);
        young.locks(youngs);
        young.locks(olds);
        old.locks(youngs);
        assertHappened("old LOCKED", "young LOCKED", "young DEADLOCK");

        young.unlocks(youngs);
        young.locksSlowly(olds);
        old.unlocks(olds);
        old.unlocks(youngs);
        assertLast("old LOCKED", "young LOCKED");
    }

    @Test
    void shouldWakeAYoungerWaiterToDieWhenAnOlderOneQueues() {
        holder.locks(wanted);
        young.locks(youngs);
        young.locks(wanted);
        assertHappened("holder LOCKED", "young LOCKED");
        old.locks(wanted);
        assertHappened("holder LOCKED", "young LOCKED", "young DEADLOCK");
        holder.unlocks(wanted);
        assertLast("old LOCKED");
    }

    @Test
    void shouldDieBehindAnOlderWaiter() {
        holder.locks(wanted);
        old.locks(wanted);
        young.locks(youngs);
        young.locks(wanted);
        assertHappened("holder LOCKED", "young LOCKED", "young DEADLOCK");
    }

    @Test
    void shouldWoundTheYoungerHolderWhoNoticesWhenItHasToWait() {
        wound();
        WwMutex free = mutex();
        old.locks(olds);
        young.locks(wanted);
        old.locks(wanted);
        assertThat(young.context().isWounded()).isTrue();
        young.locks(free);
        young.locks(olds);
        assertHappened("old LOCKED", "young LOCKED", "young LOCKED", "young DEADLOCK");

        young.unlocks(free);
        young.unlocks(wanted);
        assertLast("old LOCKED");
        young.locksSlowly(olds);
        assertThat(young.context().isWounded()).isFalse();
        old.unlocks(olds);
        assertLast("young LOCKED");
    }

    @Test
    void shouldWakeAWoundedHolderThatWaits() {
        wound();
        old.locks(olds);
        young.locks(wanted);
        young.locks(olds);
        assertHappened("old LOCKED", "young LOCKED");
        old.locks(wanted);
        assertHappened("old LOCKED", "young LOCKED", "young DEADLOCK");
        young.unlocks(wanted);
        assertLast("old LOCKED");
    }

    @Test
    void shouldLetTheYoungerWaitForTheOlderWhenWounding() {
        wound();
        old.locks(olds);
        young.locks(youngs);
        young.locks(olds);
        assertHappened("old LOCKED", "young LOCKED");
        assertThat(young.context().isWounded()).isFalse();
        old.unlocks(olds);
        assertLast("young LOCKED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldStopWaitingWhenInterrupted(boolean waitDie) {
        use(waitDie);
        LockActor first = actor("first");
        LockActor second = plain("second");
        holder.locks(wanted);
        first.locksInterruptibly(wanted);
        second.locksInterruptibly(wanted);
        first.interrupt();
        assertHappened("holder LOCKED", "first interrupted");
        assertThat(first.context().held()).isZero();
        holder.unlocks(wanted);
        assertLast("second LOCKED");
        second.unlocks(wanted);
        assertThat(wanted.isLocked()).isFalse();
    }

    @Test
    void shouldGoOnWaitingThroughInterruptsAndKeepTheStatus() {
        LockActor waiter = actor("waiter");
        holder.locks(wanted);
        waiter.does(() -> {
            LockResult result = wanted.lock(waiter.context());
            log.add(result + " interrupted " + Thread.interrupted());
        });
        waiter.interrupt();
        waiter.interrupt();
        assertHappened("holder LOCKED");
        holder.unlocks(wanted);
        assertLast("LOCKED interrupted true");
    }

    @Test
    void shouldBeFreeAgainWhenTheLastWaiterGaveUp() {
        LockActor waiter = plain("waiter");
        holder.locks(wanted);
        waiter.locksInterruptibly(wanted);
        waiter.interrupt();
        holder.unlocks(wanted);
        assertThat(wanted.tryLock()).isTrue();
        wanted.unlock();
    }
}
