package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({"10000/s,10000", "10k/s,10000", "10k,10000", "2000,2000", "1.5K/s,1500", "2M/s,2000000", "0.5,0.5"})
    void shouldReadARateHoweverItIsWritten(String text, double perSecond) {
        assertThat(Rate.parse(text).perSecond()).isEqualTo(perSecond);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "fast",
                "10k/m",
                "11M/s",
                "1e5",
                "/s",
                "10 k",
                "0.0009",
                "99999999999999999999999999999999"
            })
    void shouldSayWhatToWriteWhenItIsNoRate(String text) {
        assertThatThrownBy(() -> Rate.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining("10k/s");
    }

    @ParameterizedTest
    @CsvSource({"20s,20000", "10m,600000", "500ms,500", "1h,3600000", "1m30s,90000", "0s,0", "1s250ms,1250"})
    void shouldReadATimeHoweverItIsWritten(String text, long ms) {
        assertThat(WrittenTimes.parseNs(text)).isEqualTo(ms * 1_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "10x", "-1s", "1.5s", "30s1m", "9999h", "10 s"})
    void shouldSayWhatToWriteWhenItIsNoTime(String text) {
        assertThatThrownBy(() -> WrittenTimes.parseNs(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20s, 10m or 500ms");
    }

    @ParameterizedTest
    @CsvSource({"500000000,500 ms", "20000000000,20 s", "600000000000,10 min", "0,0 s", "3200000000,3200 ms"})
    void shouldSayATimeAsPeopleDo(long ns, String text) {
        assertThat(WrittenTimes.text(ns)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "50,1", "90,2", "99,3", "99.9,4", "99.99,5", "99.999,6", "99.6838,3.5"})
    void shouldPutThePercentilesAtEqualDistances(double percentile, double place) {
        assertThat(PercentileAxis.percentile(place)).isCloseTo(percentile, org.assertj.core.data.Offset.offset(1e-4));
    }

    @Test
    void shouldCountEachJobInTheStepThatItsLatencyBelongsTo() {
        Histogram histogram = new Histogram(3);
        histogram.recordValue(0);
        histogram.recordValueWithCount(1_005, 3);
        histogram.recordValue(1_300);

        assertThat(LatencyCounts.of(histogram))
                .isEqualTo(new LatencyCounts(
                        0,
                        java.util.stream.IntStream.rangeClosed(0, 31)
                                .mapToObj(step -> step == 0 || step == 31 ? 1L : step == 30 ? 3L : 0L)
                                .toList()));
        assertThat(LatencyCounts.of(new Histogram(3))).isEqualTo(LatencyCounts.NONE);
        assertThat(LatencyCounts.fromNs(30)).isEqualTo(1_000);
    }

    @Test
    void shouldRefuseLatenciesThatNoJobsHave() {
        assertThat(new LatencyCounts(139, List.of(1L)).jobs()).hasSize(1);
        assertThatThrownBy(() -> new LatencyCounts(2_000_000_000, List.of(1L)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LatencyCounts(-1, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LatencyCounts(0, List.of(-1L))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LatencyCounts(1, java.util.Collections.nCopies(140, 1L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGoNoFurtherThanThereAreJobsFor() {
        assertThat(List.of(
                        PercentileAxis.lastMark(0),
                        PercentileAxis.lastMark(999),
                        PercentileAxis.lastMark(1_000),
                        PercentileAxis.lastMark(100_000),
                        PercentileAxis.lastMark(1L << 40)))
                .containsExactly(2, 2, 3, 5, 6);
    }

    @ParameterizedTest
    @CsvSource({"99, false, false", "999, false, false", "1000, true, false", "9999, true, false", "10000, true, true"})
    void shouldHaveAPercentileOnlyWhenTenValuesLieAboveIt(int count, boolean p99, boolean p999) {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(7, count / 2);
        histogram.recordValueWithCount(8, count - count / 2);
        FinePercentiles quantiles = FinePercentiles.of(histogram);

        assertThat(quantiles.p99Ns() != null).isEqualTo(p99);
        assertThat(quantiles.p999Ns() != null).isEqualTo(p999);
        assertThat(quantiles.p9999Ns()).isNull();
        assertThat(Sentences.times(quantiles)).hasSize(6).contains("-");
    }

    @Test
    void shouldHaveASlopeOnlyWhenItIsWatchedForLong() {
        long minuteNs = 60_000_000_000L;
        HeapWatch.Sample first = new HeapWatch.Sample(0, 1_000);
        HeapWatch.Sample second = new HeapWatch.Sample(minuteNs, 3_000);

        assertThat(ShimSummary.slope(List.of(first, second))).isNull();
        assertThat(ShimSummary.slope(List.of(first, first, new HeapWatch.Sample(minuteNs / 10, 2_000))))
                .isNull();
        assertThat(ShimSummary.slope(List.of(first, second, new HeapWatch.Sample(2 * minuteNs, 5_000))))
                .isEqualTo(2_000);
    }
}
