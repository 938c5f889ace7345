package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.JobTimeout.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A job that a time-out has taken off the list keeps its id: its driver is being asked about it by that. */
final class SuspectedIdTest {
    private static final long TIMEOUT_NS = 100;
    private static final int CREDITS = 8;

    private @Nullable JobTimeout asked;

    private final SchedulerRig rig = new SchedulerRig(CREDITS, TIMEOUT_NS) {
        @Override
        public void timedOut(JobTimeout timeout) {
            asked = timeout;
        }
    };

    private SchedulerJob push(long id) {
        SchedulerJob job = rig.push(rig.scheduler.newEntity("client " + id), id);
        rig.step();
        return job;
    }

    private JobTimeout suspect() {
        rig.nowNs += TIMEOUT_NS;
        rig.scheduler.onTimer();
        rig.step();
        return Objects.requireNonNull(asked, "the driver is asked");
    }

    private void assertRefused(SchedulerJob twin) {
        assertThat(twin.finished().status().error()).as("the twin's end").isEqualTo(FenceError.EINVAL);
        assertThat(rig.ran).doesNotContain(twin);
    }

    @Test
    void shouldRefuseTheIdWhileTheDriverIsAsked() {
        SchedulerJob suspected = push(1);
        JobTimeout timeout = suspect();
        assertThat(timeout.job()).isSameAs(suspected);

        assertRefused(push(1));
        assertThat(suspected.finished().isSignaled()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Answer.class)
    void shouldRefuseTheIdUntilTheJobIsFreedWhateverTheAnswer(Answer answer) {
        SchedulerJob suspected = push(1);
        push(2);
        suspect().answer(answer);
        rig.step();

        assertRefused(push(1));
        assertRefused(push(2));

        rig.finish(0, null);
        rig.finish(1, null);
        rig.step();
        assertThat(suspected.isFreed()).isTrue();
        assertThat(rig.ran).contains(push(1), push(2));
    }
}
