package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Drivers with work that nobody can stop. */
class UnloadBusyTest extends ModuleFixture {
    private static final String BUSY = "dmafence.test.busy";
    private static final String DRIVER = "public String busy() { return System.getProperty(\"" + BUSY + "\"); }";

    @AfterEach
    void idle() {
        System.clearProperty(BUSY);
    }

    @Test
    void shouldRefuseWhileItGoesOn() throws Exception {
        LoadedModule module = load(DRIVER);
        System.setProperty(BUSY, "3 submissions");

        UnloadCertificate refused = module.rmmod(orderly());

        assertThat(refused.refused()).isTrue();
        assertThat(refused.pins()).containsExactly(new Pin(Pin.Kind.NATIVE_BUSY, "3 submissions", null, 1));
        assertThat(module.state()).isEqualTo(ModuleState.LIVE);
        System.clearProperty(BUSY);
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldWaitForItsEnd() throws Exception {
        LoadedModule module = load("""
                private int asked;
                public String busy() { return asked++ < 3 ? "something" : null; }
                """);

        UnloadCertificate certificate = module.rmmod(orderly().withDrainTimeoutNs(TimeUnit.MINUTES.toNanos(1)));

        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.severed()).isEmpty();
    }

    @Test
    void shouldSayWhatGoesOnWhenForced() throws Exception {
        LoadedModule module = load(DRIVER);
        System.setProperty(BUSY, "3 submissions");

        UnloadCertificate certificate = module.rmmod(forced());

        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.severed()).containsExactly(new Pin(Pin.Kind.NATIVE_BUSY, "3 submissions", null, 1));
    }

    @Test
    void shouldRefuseWhenTheDriverCantSay() throws Exception {
        LoadedModule module = load("public String busy() { throw new IllegalStateException(\"who knows\"); }");

        UnloadCertificate refused = module.rmmod(orderly());

        assertThat(refused.refused()).isTrue();
        assertThat(refused.pins()).singleElement().satisfies(pin -> {
            assertThat(pin.kind()).isEqualTo(Pin.Kind.NATIVE_BUSY);
            assertThat(pin.what()).contains("who knows");
        });
        assertThat(module.rmmod(forced()).reached()).isEqualTo(ModuleState.COLLECTED);
    }
}
