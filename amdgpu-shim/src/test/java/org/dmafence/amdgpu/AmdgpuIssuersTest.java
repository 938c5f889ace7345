package org.dmafence.amdgpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.ServiceLoader;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.DriverProvider;
import org.dmafence.drivers.IssuerContract;
import org.junit.jupiter.api.Test;

class AmdgpuIssuersTest extends IssuerContract {
    @Override
    protected DriverModule newModule() {
        return new AmdgpuProvider().create("amdgpu");
    }

    @Override
    protected List<String> names(String issuer) {
        return switch (issuer) {
            case "ring" -> List.of("amdgpu", "gfx");
            case "userq" -> List.of("amdgpu_userq_fence", "gfx");
            case "eviction" -> List.of("amdgpu_eviction_fence", "gfx");
            case "tlb" -> List.of("amdgpu tlb fence", "amdgpu tlb timeline");
            case "kfd-eviction" -> List.of("amdgpu_amdkfd_fence", "gfx");
            default -> throw new AssertionError(issuer);
        };
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(DriverProvider.class)).hasAtLeastOneElementOfType(AmdgpuProvider.class);
        assertThat(new AmdgpuProvider().drivers()).extracting("name").containsExactly("amdgpu", "amdgpu-independent");
    }

    @Test
    void shouldNameItsDriversWhenAskedForAnother() {
        assertThatThrownBy(() -> new AmdgpuProvider().create("radeon"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("radeon")
                .hasMessageContaining("amdgpu-independent");
    }

    @Test
    void shouldHaveTheTablesOfTheKernel() {
        assertThat(newModule().issuers())
                .extracting("name", "opsText", "detaches", "independent")
                .containsExactly(
                        tuple("ring", "enable_signaling, release", false, false),
                        tuple("userq", "signaled, release", false, false),
                        tuple("eviction", "enable_signaling", true, true),
                        tuple("tlb", "-", true, true),
                        tuple("kfd-eviction", "enable_signaling, release", false, false));
    }
}
