package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Time-outs come by themselves: the actor ticks while it has a timer, on Akka's time, and looks at the runtime's clock.
 */
final class TickTest {
    private final ActorSystem<Void> system =
            ActorSystem.create(Behaviors.empty(), "ticks", ManualTime.config().withFallback(ConfigFactory.load()));
    private final ManualTime akkaTime = ManualTime.get(system);
    private final AtomicLong nowNs = new AtomicLong(-5);

    @AfterEach
    void terminate() {
        system.terminate();
        SubsystemTest.get(system.getWhenTerminated());
    }

    @Test
    void shouldNoticeATimeoutOnTheNextTick() throws InterruptedException {
        FenceSubsystem subsystem = FenceSubsystem.create(
                system, FenceRuntime.builder().clock(nowNs::get).build());
        DriverHandle driver = SubsystemTest.load(subsystem);
        SchedulerHandle gfx = SubsystemTest.get(subsystem.openScheduler(
                driver, SchedulerSpec.of(SubsystemTest.ring("gfx")).withTimeout(1, TimeUnit.HOURS)));
        JobHandle hung =
                subsystem.submit(subsystem.openEntity(gfx, "client"), JobSpec.of(new RingJob(1, RingJob.HANG, null)));
        assertThat(subsystem.quiesce(SubsystemTest.SOON)).isTrue();

        akkaTime.timePasses(Duration.ofMillis(10));
        assertThat(subsystem.quiesce(SubsystemTest.SOON)).isTrue();
        assertThat(hung.finished().isSignaled()).isFalse();
        nowNs.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(subsystem.quiesce(SubsystemTest.SOON)).isTrue();
        assertThat(hung.finished().isSignaled())
                .as("nobody has looked at the clock")
                .isFalse();
        akkaTime.timePasses(Duration.ofMillis(10));
        assertThat(subsystem.quiesce(SubsystemTest.SOON)).isTrue();
        assertThat(hung.finished().isSignaled())
                .as("nor had anybody looked in between")
                .isFalse();
        for (int i = 0; i < 12 && !hung.finished().isSignaled(); i++) {
            nowNs.addAndGet(Duration.ofMinutes(10).toNanos());
            akkaTime.timePasses(Duration.ofMillis(10));
            assertThat(subsystem.quiesce(SubsystemTest.SOON)).isTrue();
        }

        assertThat(hung.finished().isSignaled()).isTrue();
        SubsystemTest.assertEnds(hung, new FenceStatus(true, FenceError.ETIME));
    }

    @Test
    void shouldRunTimersInTheOrderTheyFallDueAfterALeapOfTheClock() {
        Timers timers = new Timers(nowNs::get);
        List<String> rung = new ArrayList<>();
        long never = timers.at(Long.MAX_VALUE, () -> rung.add("never"));
        long unused = timers.at(Duration.ofMinutes(10).toNanos(), () -> rung.add("10 min"));
        long other = timers.at(Duration.ofMillis(3).toNanos(), () -> {
            rung.add("3 ms");
            long again = timers.at(nowNs.get(), () -> rung.add("at once"));
        });
        timers.poll();
        assertThat(rung).isEmpty();

        nowNs.set(Duration.ofMillis(3).toNanos());
        timers.poll();
        timers.poll();
        assertThat(rung).containsExactly("3 ms", "at once");
        nowNs.set(Duration.ofDays(1).toNanos());
        timers.poll();
        assertThat(rung).containsExactly("3 ms", "at once", "10 min");
        timers.cancel(never);
        assertThat(timers.isEmpty()).isTrue();
    }
}
