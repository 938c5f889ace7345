package org.dmafence.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ThreadBoundTest {
    private final ThreadBound<Object> bound = new ThreadBound<>();

    @Test
    void shouldFindTheObjectAgainWhenThreadLocalsAreWiped() {
        Object mine = new Object();
        bound.set(mine);
        WipedThread.wipe();
        assertThat(bound.peek()).isSameAs(mine);
        assertThat(bound.get()).isSameAs(mine);
        assertThat(bound.all()).containsExactly(mine);
    }

    @Test
    void shouldReplaceTheObjectWhenAnotherIsSet() {
        bound.set("first");
        bound.set("second");
        assertThat(bound.get()).isEqualTo("second");
        assertThat(bound.all()).containsExactly("second");
        bound.remove();
        assertThat(bound.get()).isNull();
        assertThat(bound.peek()).isNull();
    }

    @Test
    void shouldTellThreadsApart() throws InterruptedException {
        bound.set("mine");
        AtomicReference<Object> before = new AtomicReference<>("not looked");
        AtomicReference<Object> after = new AtomicReference<>();
        Thread other = new Thread(() -> {
            before.set(bound.get());
            bound.set("other");
            after.set(bound.get());
        });
        other.start();
        other.join();
        assertThat(before).hasValue(null);
        assertThat(after).hasValue("other");
        assertThat(bound.get()).isEqualTo("mine");
    }

    @Test
    void shouldForgetThreadsWhenTheyAreCollected() {
        Awaitility.await().until(() -> {
            Thread other = new Thread(() -> bound.set(new Object()));
            other.start();
            other.join();
            System.gc();
            return bound.all().size() < 2;
        });
    }
}
