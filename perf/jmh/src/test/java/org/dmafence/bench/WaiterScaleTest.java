package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

class WaiterScaleTest {
    @Test
    void shouldMeasureBothWhereThereAreVirtualThreads() throws InterruptedException {
        MethodHandle start = WaiterScale.virtualThreads();
        assertThat(start != null).isEqualTo(Runtime.version().feature() >= 21);
        if (start != null) {
            assertThat(WaiterScale.measure(start, 200, 1, 1_000_000))
                    .contains("200 waiters")
                    .containsPattern("CountDownLatch +[0-9]+ +[0-9-]+ +[0-9]+ +[0-9-]+")
                    .containsPattern("DmaFence +[0-9]+ +[0-9-]+ +[0-9]+ +[0-9-]+");
        }
    }
}
