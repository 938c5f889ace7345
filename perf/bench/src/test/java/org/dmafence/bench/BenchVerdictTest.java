package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchVerdictTest {
    @ParameterizedTest
    @CsvSource({
        "STRETCH, true, true",
        "OK, true, true",
        "MISSED, true, false",
        "UNCLEAR, true, false",
        "LEFT_OUT, true, true",
        "NO_BAR, true, true",
        "FAILED, false, false",
    })
    void shouldEndARunBadlyWhenItFailedOrIsStrict(Verdict verdict, boolean sound, boolean strictly) {
        List<Verdict> rows = List.of(Verdict.OK, verdict);

        assertThat(Verdict.sound(rows, false)).isEqualTo(sound);
        assertThat(Verdict.sound(rows, true)).isEqualTo(strictly);
    }

    @Test
    void shouldEndAStrictRunBadlyWhenNothingWasMeasured() {
        assertThat(Verdict.sound(List.of(Verdict.LEFT_OUT, Verdict.NO_BAR), true))
                .isFalse();
        assertThat(Verdict.sound(List.of(Verdict.LEFT_OUT, Verdict.LEFT_OUT), false))
                .isTrue();
    }
}
