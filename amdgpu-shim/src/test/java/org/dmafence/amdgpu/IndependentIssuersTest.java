package org.dmafence.amdgpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.dmafence.driver.DriverModule;
import org.dmafence.drivers.IssuerContract;
import org.junit.jupiter.api.Test;

class IndependentIssuersTest extends IssuerContract {
    @Override
    protected DriverModule newModule() {
        return new AmdgpuProvider().create("amdgpu-independent");
    }

    @Override
    protected List<String> names(String issuer) {
        return List.of("amdgpu", "gfx");
    }

    @Test
    void shouldHaveTheTableThatTheSeriesAimsAt() {
        assertThat(newModule().issuers())
                .extracting("name", "opsText", "detaches", "independent")
                .containsExactly(tuple("ring", "enable_signaling", true, true));
    }
}
