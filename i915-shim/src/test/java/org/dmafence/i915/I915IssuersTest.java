package org.dmafence.i915;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.ServiceLoader;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;
import org.dmafence.drivers.IssuerContract;
import org.junit.jupiter.api.Test;

class I915IssuersTest extends IssuerContract {
    @Override
    protected DriverModule newModule() {
        return new I915Provider().create("i915");
    }

    @Override
    protected List<String> names(String issuer) {
        return switch (issuer) {
            case "request" -> List.of("0000:04:00.0", "gfx");
            case "work" -> List.of("dma-fence", "gfx");
            case "memcpy" -> List.of("i915_ttm_memcpy_work", "unbound");
            case "vma-resource" -> List.of("vma unbind fence", "unbound");
            default -> throw new AssertionError(issuer);
        };
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(DriverProvider.class)).hasAtLeastOneElementOfType(I915Provider.class);
        assertThat(new I915Provider().drivers()).extracting("name").containsExactly("i915");
    }

    @Test
    void shouldNameItsDriverWhenAskedForAnother() {
        assertThatThrownBy(() -> new I915Provider().create("xe"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("xe")
                .hasMessageContaining("i915");
    }

    @Test
    void shouldHaveTheTablesOfTheKernel() {
        assertThat(newModule().issuers())
                .extracting("name", "opsText", "detaches", "independent")
                .containsExactly(
                        tuple("request", "enable_signaling, signaled, wait, release", false, false),
                        tuple("work", "release", false, false),
                        tuple("memcpy", "-", true, true),
                        tuple("vma-resource", "release", false, false));
    }
}
