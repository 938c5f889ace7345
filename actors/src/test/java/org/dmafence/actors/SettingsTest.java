package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
                .isEqualTo(
                        new Settings(65_536, 2, 8, Duration.ofSeconds(10), FenceError.ECANCELED, false, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource({
        "dmafence.scheduler.max-unfinished-jobs, 0",
        "dmafence.scheduler.max-unfinished-jobs, 16777217",
        "dmafence.scheduler.max-unfinished-jobs, many",
        "dmafence.scheduler.threads, 0",
        "dmafence.engine.threads, 1025",
        "dmafence.driver.call-timeout, 10",
        "dmafence.shutdown-drain-timeout, 5",
        "dmafence.lockdep, ja",
        "dmafence.driver.call-timeout, 0s",
        "dmafence.driver.call-timeout, soon",
        "dmafence.driver.issuer-death, EWHAT",
        "dmafence.driver.track-sites, perhaps",
        "dmafence.shutdown-drain-timeout, -1s"
    })
    void shouldNameTheKeyOfABadValue(String key, String value) {
        assertThatThrownBy(() -> Settings.create(with(key + "=" + value))).hasMessageContaining(key);
    }

    @ParameterizedTest
    @CsvSource({
        "dmafence.scheduler.max-unfinished-job, dmafence.scheduler.max-unfinished-jobs",
        "dmafence.rcu.orderin, dmafence.rcu.ordering",
        "dmafence.call-timeout, dmafence.driver.call-timeout",
        "dmafence.engine.dispatcher.type, dmafence.dispatcher"
    })
    void shouldNameTheKeyThatWasMeant(String key, String meant) {
        assertThatThrownBy(() -> Settings.create(with(key + "=1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageEndingWith("did you mean " + meant + "?");
    }

    @Test
    void shouldTakeASystemPropertyThatIsNearOneOfOursForASlip() {
        assertThatThrownBy(() -> Settings.create(property("dmafence.rcu.orderin")))
                .hasMessageContaining("system property dmafence.rcu.orderin")
                .hasMessageEndingWith("did you mean dmafence.rcu.ordering?");
        assertThat(Settings.create(property("dmafence.somebody.elses"))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"dmafence.rcu.ordering, bogus", "dmafence.rcu.stallTimeoutNs, 21s"})
    void shouldLeaveTheHostRunningWhenASystemPropertyIsWrong(String name, String value) throws Exception {
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + name + "=" + value,
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostWithABadProperty.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(host.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(host.waitFor()).as(said).isZero();
        assertThat(said)
                .contains("refused: System property " + name + " is '" + value + "'; use ")
                .contains("went on");
    }

    private static Config property(String name) {
        System.setProperty(name, "fence");
        ConfigFactory.invalidateCaches();
        try {
            return ConfigFactory.load();
        } finally {
            System.clearProperty(name);
            ConfigFactory.invalidateCaches();
        }
    }

    @Test
    void shouldLeaveTheDispatchersKeysToAkka() {
        assertThat(Settings.create(with("dmafence.dispatcher.throughput=7"))).isNotNull();
    }
}
