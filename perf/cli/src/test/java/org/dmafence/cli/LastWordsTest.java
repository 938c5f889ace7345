package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.Thread.UncaughtExceptionHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LastWordsTest {
    private final UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

    @AfterEach
    void putBack() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @Test
    void shouldEndAsAFaultOfItsOwnWhenAThreadDiedOnTheWay() throws Exception {
        LastWords words = LastWords.install();
        assertThat(words.code(0)).isZero();
        assertThat(words.code(1)).isEqualTo(1);

        Thread thread = new Thread(() -> {
            throw new IllegalStateException("on purpose");
        });
        thread.start();
        thread.join();

        assertThat(words.code(0)).isEqualTo(70);
        assertThat(words.code(1)).isEqualTo(70);
    }
}
