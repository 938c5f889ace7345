package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
    private static Config with(String line) {
        return ConfigFactory.parseString(line).withFallback(ConfigFactory.load());
    }

    @Test
    void shouldReadTheDefaults() {
        assertThat(Settings.create(ConfigFactory.load()))
                .isEqualTo(new Settings(65_536, Duration.ofSeconds(10), FenceError.ECANCELED, false, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({
        "dmafence.scheduler.max-unfinished-jobs, 0",
        "dmafence.scheduler.max-unfinished-jobs, 16777217",
        "dmafence.scheduler.max-unfinished-jobs, many",
        "dmafence.driver.call-timeout, 0s",
        "dmafence.driver.call-timeout, soon",
        "dmafence.driver.issuer-death, EWHAT",
        "dmafence.driver.track-sites, perhaps",
        "dmafence.shutdown-drain-timeout, -1s"
    })
    void shouldNameTheKeyOfABadValue(String key, String value) {
        assertThatThrownBy(() -> Settings.create(with(key + "=" + value))).hasMessageContaining(key);
    }
}
