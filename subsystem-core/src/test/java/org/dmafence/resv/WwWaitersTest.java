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

    private void use(boolean waitDie) {
        wwClass = waitDie ? WwClass.waitDie("test") : WwClass.woundWait("test");
    }

    @Test
    void shouldServeWaitersWithoutContextsInTheOrderTheyCame() {
        WwMutex mutex = mutex();
        List<LockActor> actors = List.of(plain("p1"), plain("p2"), plain("p3"));
        actors.forEach(actor -> actor.locks(mutex));
        assertThat(mutex.tryLock()).isFalse();
        actors.forEach(actor -> actor.unlocks(mutex));

        assertThat(log).containsExactly("p1 LOCKED", "p2 LOCKED", "p3 LOCKED");
        assertThat(mutex.isLocked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldServeTheOldestContextFirstAndLeaveOthersTheirPlace(boolean waitDie) {
        use(waitDie);
        WwMutex mutex = mutex();
        LockActor old = actor("old");
        LockActor middle = actor("middle");
        LockActor young = actor("young");
        LockActor holder = plain("holder");
        LockActor before = plain("before");
        LockActor between = plain("between");
        holder.locks(mutex);
        before.locks(mutex);
        middle.locks(mutex);
        between.locks(mutex);
        young.locks(mutex);
        old.locks(mutex);
        for (LockActor actor : List.of(holder, before, old, middle, between, young)) {
            actor.unlocks(mutex);
        }
        assertThat(log)
                .containsExactly(
                        "holder LOCKED",
                        "before LOCKED",
                        "old LOCKED",
                        "middle LOCKED",
                        "between LOCKED",
                        "young LOCKED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNeverKillAContextThatHoldsNothing(boolean waitDie) {
        use(waitDie);
        WwMutex mutex = mutex();
        LockActor old = actor("old");
        LockActor young = actor("young");
        old.locks(mutex);
        young.locks(mutex);
        assertThat(log).containsExactly("old LOCKED");
        old.unlocks(mutex);
        old.locks(mutex);
        assertThat(young.context().isWounded()).as("by one that holds nothing").isFalse();
        young.unlocks(mutex);
        assertThat(log).containsExactly("old LOCKED", "young LOCKED", "old LOCKED");
    }

    @Test
    void shouldDieWhenYoungerThanTheHolderAndWaitWhenOlder() {
        WwMutex olds = mutex();
        WwMutex youngs = mutex();
        LockActor old = actor("old");
        LockActor young = actor("young");
        old.locks(olds);
        young.locks(youngs);
        young.locks(olds);
        old.locks(youngs);
        assertThat(log).containsExactly("old LOCKED", "young LOCKED", "young DEADLOCK");

        young.unlocks(youngs);
        young.locksSlowly(olds);
        old.unlocks(olds);
        old.unlocks(youngs);
        assertThat(log).endsWith("old LOCKED", "young LOCKED");
    }

    @Test
    void shouldWakeAYoungerWaiterToDieWhenAnOlderOneQueues() {
        WwMutex wanted = mutex();
        WwMutex youngs = mutex();
        LockActor holder = plain("holder");
        LockActor old = actor("old");
        LockActor young = actor("young");
        holder.locks(wanted);
        young.locks(youngs);
        young.locks(wanted);
        assertThat(log).containsExactly("holder LOCKED", "young LOCKED");
        old.locks(wanted);
        assertThat(log).containsExactly("holder LOCKED", "young LOCKED", "young DEADLOCK");
        holder.unlocks(wanted);
        assertThat(log).endsWith("old LOCKED");
    }

    @Test
    void shouldDieBehindAnOlderWaiter() {
        WwMutex wanted = mutex();
        WwMutex youngs = mutex();
        LockActor holder = plain("holder");
        LockActor old = actor("old");
        LockActor young = actor("young");
        holder.locks(wanted);
        old.locks(wanted);
        young.locks(youngs);
        young.locks(wanted);
        assertThat(log).containsExactly("holder LOCKED", "young LOCKED", "young DEADLOCK");
    }

    @Test
    void shouldWoundTheYoungerHolderWhoNoticesWhenItHasToWait() {
        use(false);
        WwMutex wanted = mutex();
        WwMutex free = mutex();
        WwMutex olds = mutex();
        LockActor old = actor("old");
        LockActor young = actor("young");
        old.locks(olds);
        young.locks(wanted);
        old.locks(wanted);
        assertThat(young.context().isWounded()).isTrue();
        young.locks(free);
        young.locks(olds);
        assertThat(log).containsExactly("old LOCKED", "young LOCKED", "young LOCKED", "young DEADLOCK");

        young.unlocks(free);
        young.unlocks(wanted);
        assertThat(log).endsWith("old LOCKED");
        young.locksSlowly(olds);
        assertThat(young.context().isWounded()).isFalse();
        old.unlocks(olds);
        assertThat(log).endsWith("young LOCKED");
    }

    @Test
    void shouldWakeAWoundedHolderThatWaits() {
        use(false);
        WwMutex wanted = mutex();
        WwMutex olds = mutex();
        LockActor old = actor("old");
        LockActor young = actor("young");
        old.locks(olds);
        young.locks(wanted);
        young.locks(olds);
        assertThat(log).containsExactly("old LOCKED", "young LOCKED");
        old.locks(wanted);
        assertThat(log).containsExactly("old LOCKED", "young LOCKED", "young DEADLOCK");
        young.unlocks(wanted);
        assertThat(log).endsWith("old LOCKED");
    }

    @Test
    void shouldLetTheYoungerWaitForTheOlderWhenWounding() {
        use(false);
        WwMutex olds = mutex();
        WwMutex youngs = mutex();
        LockActor old = actor("old");
        LockActor young = actor("young");
        old.locks(olds);
        young.locks(youngs);
        young.locks(olds);
        assertThat(log).containsExactly("old LOCKED", "young LOCKED");
        assertThat(young.context().isWounded()).isFalse();
        old.unlocks(olds);
        assertThat(log).endsWith("young LOCKED");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldStopWaitingWhenInterrupted(boolean waitDie) {
        use(waitDie);
        WwMutex mutex = mutex();
        LockActor holder = plain("holder");
        LockActor first = actor("first");
        LockActor second = plain("second");
        holder.locks(mutex);
        first.locksInterruptibly(mutex);
        second.locksInterruptibly(mutex);
        first.interrupt();
        assertThat(log).containsExactly("holder LOCKED", "first interrupted");
        assertThat(first.context().held()).isZero();
        holder.unlocks(mutex);
        assertThat(log).endsWith("second LOCKED");
        second.unlocks(mutex);
        assertThat(mutex.isLocked()).isFalse();
    }

    @Test
    void shouldGoOnWaitingThroughInterruptsAndKeepTheStatus() {
        WwMutex mutex = mutex();
        LockActor holder = plain("holder");
        LockActor waiter = actor("waiter");
        holder.locks(mutex);
        waiter.does(() -> {
            LockResult result = mutex.lock(waiter.context());
            log.add(result + " interrupted " + Thread.interrupted());
        });
        waiter.interrupt();
        waiter.interrupt();
        assertThat(log).containsExactly("holder LOCKED");
        holder.unlocks(mutex);
        assertThat(log).endsWith("LOCKED interrupted true");
    }

    @Test
    void shouldBeFreeAgainWhenTheLastWaiterGaveUp() {
        WwMutex mutex = mutex();
        LockActor holder = plain("holder");
        LockActor waiter = plain("waiter");
        holder.locks(mutex);
        waiter.locksInterruptibly(mutex);
        waiter.interrupt();
        holder.unlocks(mutex);
        assertThat(mutex.tryLock()).isTrue();
        mutex.unlock();
    }
}
