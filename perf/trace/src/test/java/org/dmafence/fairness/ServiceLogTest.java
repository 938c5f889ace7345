package org.dmafence.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceLogTest {
    private static final String RING = "gfx";

    private final ServiceLog log = new ServiceLog(2);
    private final ClientService one = log.client(1, "one");
    private final ClientService two = log.client(2, "two");

    @Test
    void shouldCountTimeOnTheHardwareFromTheEndOfTheJobBefore() {
        ServiceLog.Job first = log.submitted(one, RING, 100);
        ServiceLog.Job second = log.submitted(two, RING, 100);
        log.ran(first, 110);
        log.ran(second, 120);
        log.ended(first, true, 150);
        log.ended(second, true, 170);
        log.close(200);

        assertThat(one.hardwareNs()).isEqualTo(40);
        assertThat(two.hardwareNs()).isEqualTo(20);
        assertThat(one.waits().getMaxValue()).isEqualTo(10);
        assertThat(two.waits().getMaxValue()).isEqualTo(50);
        assertThat(two.latencies().getMaxValue()).isEqualTo(70);
        assertThat(log.spanNs()).isEqualTo(100);
    }

    @Test
    void shouldCountStarvationOnlyWhileThereIsWorkAndNoService() {
        ServiceLog.Job hog = log.submitted(one, RING, 0);
        log.ran(hog, 0);
        ServiceLog.Job starved = log.submitted(two, RING, 10);
        ServiceLog.Job more = log.submitted(two, RING, 40);
        log.ended(hog, true, 100);
        log.ran(starved, 100);
        log.ended(starved, true, 120);
        log.ran(more, 150);
        log.ended(more, true, 160);
        log.close(1_000);

        assertThat(two.starvedNs()).isEqualTo(90);
        assertThat(one.starvedNs()).isZero();
    }

    @Test
    void shouldCountWhatIsUnderWayWhenTheLogIsClosed() {
        ServiceLog.Job running = log.submitted(one, RING, 0);
        log.ran(running, 5);
        ServiceLog.Job waiting = log.submitted(two, RING, 20);
        log.close(100);
        log.ran(waiting, 100);
        log.ended(running, true, 110);
        log.ended(waiting, true, 120);

        assertThat(one.hardwareNs()).isEqualTo(95);
        assertThat(one.finished()).isZero();
        assertThat(two.unserved()).isEqualTo(1);
        assertThat(two.waits().getMaxValue()).isEqualTo(80);
        assertThat(two.starvedNs()).isEqualTo(80);
    }

    @Test
    void shouldGoOnWithTheNextJobWhenOneInTheMiddleEndsFirst() {
        ServiceLog.Job first = log.submitted(one, RING, 0);
        ServiceLog.Job second = log.submitted(two, RING, 0);
        ServiceLog.Job third = log.submitted(one, RING, 0);
        log.ran(first, 0);
        log.ran(second, 0);
        log.ran(third, 0);
        log.ended(second, false, 10);
        log.ended(first, true, 30);
        log.ended(third, true, 40);
        log.close(40);

        assertThat(one.hardwareNs()).isEqualTo(40);
        assertThat(two.hardwareNs()).isZero();
        assertThat(two.failed()).isEqualTo(1);
    }

    @Test
    void shouldCountClientsBeyondTheLimitAsOne() {
        ClientService third = log.client(3, "three");
        ClientService fourth = log.client(4, "four");

        assertThat(third).isSameAs(fourth);
        assertThat(log.client(2, "two")).isSameAs(two);
        assertThat(log.clients()).extracting(ClientService::name).containsExactly("one", "two", "others");
    }
}
