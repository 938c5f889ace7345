package org.dmafence.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class DeviceTimesTest {
    @Test
    void shouldKeepTimesToAnEighth() {
        for (long ns : new long[] {0, 1, 7, 8, 9, 15, 16, 100, 12_345, 1L << 40, Long.MAX_VALUE}) {
            DeviceTimes times = new DeviceTimes();
            times.record(ns);

            assertThat(times.percentileNs(50)).as("%d ns", ns).isCloseTo(ns, Percentage.withPercentage(12.5));
        }
    }

    @Test
    void shouldCountWhatIsKnown() {
        DeviceTimes times = new DeviceTimes();
        for (int i = 1; i <= 100; i++) {
            times.record(i * 1000L);
        }
        times.record(-1);

        assertThat(times.count()).isEqualTo(100);
        assertThat(times.percentileNs(99)).isCloseTo(99_000, within(12_500L));
        assertThat(new DeviceTimes().percentileNs(50)).isZero();
    }
}
