package org.dmafence.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentilesTest {
    @Schema("held")
    private record Held(Percentiles times) {}

    private static Percentiles of(long count) {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(1_000, count);
        return Percentiles.of(histogram);
    }

    @ParameterizedTest
    @CsvSource({"99, 0", "100, 1", "999, 1", "1000, 2", "9999, 2", "10000, 3"})
    void shouldHaveAPercentileOnlyWhenTenValuesLieAboveIt(long count, int percentiles) {
        Percentiles times = of(count);

        assertThat(times.count()).isEqualTo(count);
        assertThat(times.p90() != null).isEqualTo(percentiles >= 1);
        assertThat(times.p99() != null).isEqualTo(percentiles >= 2);
        assertThat(times.p999() != null).isEqualTo(percentiles >= 3);
    }

    @Test
    void shouldBeADashOnPaperAndNullInJson() {
        assertThat(Percentiles.text(of(50).p99())).isEqualTo("-");
        assertThat(Percentiles.text(of(1_000).p99())).startsWith("1.00 us");
        assertThat(Json.of(new Held(of(50)))).contains("\"count\" : 50", "\"p99\" : null");
    }
}
