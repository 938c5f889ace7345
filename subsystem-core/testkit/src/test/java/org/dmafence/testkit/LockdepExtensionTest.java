package org.dmafence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import org.dmafence.lockdep.LockClass;
import org.dmafence.lockdep.Lockdep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A report turns a test red, and the next one is not to blame for it. */
class LockdepExtensionTest {
    private static final LockClass LOCK = LockClass.of("LockdepExtensionTest lock");
    private static final LockClass KEPT = LockClass.of("LockdepExtensionTest kept");
    private static final ExtensionContext NONE = (ExtensionContext) Proxy.newProxyInstance(
            ExtensionContext.class.getClassLoader(), new Class<?>[] {ExtensionContext.class}, (self, method, args) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    private final LockdepExtension extension = new LockdepExtension();

    @Test
    void shouldBeOnInTests() {
        assertThat(Lockdep.ON)
                .as("else every test is green for want of a checker")
                .isTrue();
    }

    @Test
    void shouldFailTheTestInWhichSomethingWasReportedAndNoneAfterIt() {
        LOCK.release();

        assertThatThrownBy(() -> extension.afterEach(NONE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("lockdep: not held")
                .hasMessageContaining("LockdepExtensionTest lock");
        assertThatCode(() -> extension.afterEach(NONE)).doesNotThrowAnyException();
    }

    @Test
    void shouldFailATestThatEndsHoldingALock() {
        KEPT.acquire();

        assertThatThrownBy(() -> extension.afterEach(NONE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("LockdepExtensionTest kept");
        assertThat(KEPT.isHeld()).isFalse();
    }
}
