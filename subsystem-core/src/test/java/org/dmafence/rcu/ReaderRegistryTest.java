package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ReaderRegistryTest {
    private static final int MANY = 20_000;

    private final List<RcuStall> reports = new CopyOnWriteArrayList<>();
    private final ReaderRegistry registry =
            new ReaderRegistry("test", new ReaderSlot(), true, new RcuReports("test", reports::add));

    private List<RcuReader> register(int count) {
        List<RcuReader> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            readers.add(registry.register("reader", Thread.currentThread()));
        }
        return readers;
    }

    @Test
    void shouldLookAtPlacesInProportionWhenReadersAreRegistered() {
        List<RcuReader> readers = register(MANY);
        assertThat(registry.readers()).isEqualTo(MANY);
        assertThat(registry.looks()).isLessThan(4L * MANY);
        readers.forEach(RcuReader::close);
        assertThat(registry.readers()).isZero();
    }

    @Test
    void shouldShrinkWhenReadersAreClosed() {
        List<RcuReader> readers = register(MANY);
        int atItsHeight = registry.places();
        readers.forEach(RcuReader::close);
        assertThat(registry.places()).isLessThan(atItsHeight / 8);
        assertThat(registry.chunks()).hasSize(1);
        register(MANY).forEach(RcuReader::close);
        assertThat(registry.chunks()).hasSize(1);
    }

    @Test
    void shouldListAChunkOnceWhenItIsFullNowAndThen() {
        List<RcuReader> kept = register(registry.register("first", null).isClosed() ? 0 : 14); // all places but one
        for (int i = 0; i < 1_000; i++) {
            registry.register("passing", Thread.currentThread()).close();
        }
        assertThat(registry.listed()).isLessThanOrEqualTo(registry.chunks().length);
        kept.forEach(RcuReader::close);
    }

    @Test
    void shouldTakeNoPlaceBeforeThereIsAReaderForIt() {
        ReaderChunk chunk = new ReaderChunk(4);
        assertThat(chunk.nextPlace()).isZero();
        assertThat(chunk.nextPlace()).as("asking takes nothing").isZero();
        assertThat(chunk.used()).isZero();
        assertThat(chunk.size()).isZero();
    }

    @Test
    void shouldShrinkBySweepsWhenThreadsEnded() throws Exception {
        int threadCount = 1_000;
        List<RcuReader> kept = new CopyOnWriteArrayList<>();
        try (TestThreads threads = new TestThreads()) {
            CountDownLatch all = new CountDownLatch(threadCount);
            for (int i = 0; i < threadCount; i++) {
                threads.start("test-burst", () -> {
                    kept.add(registry.register("burst", Thread.currentThread()));
                    all.countDown();
                    all.await();
                });
            }
        }
        assertThat(registry.readers()).isEqualTo(kept.size()).isEqualTo(threadCount);
        for (int sweeps = 0; sweeps < 40; sweeps++) {
            registry.sweep();
        }
        assertThat(registry.chunks()).hasSize(1);
        assertThat(registry.readers()).isLessThanOrEqualTo(registry.places());
        assertThat(registry.reaped()).isEqualTo(threadCount - registry.readers());
        assertThat(reports).isEmpty();
    }

    @Test
    void shouldFindEachReaderInTheChunksWhenTheyComeAndGo() {
        List<RcuReader> readers = register(MANY);
        for (int i = 0; i < MANY; i++) {
            if (i % 100 != 0) {
                readers.get(i).close();
            }
        }
        readers.removeIf(RcuReader::isClosed);
        readers.addAll(register(500));
        readers.forEach(reader -> assertThat(reader.lock()).isNegative());
        int inside = 0;
        for (ReaderChunk chunk : registry.chunks()) {
            for (int id = 0; id < chunk.size(); id++) {
                inside += chunk.epochOf(id) >= 0 && chunk.registration(id) != null ? 1 : 0;
            }
        }
        assertThat(inside).isEqualTo(readers.size());
        readers.forEach(reader -> reader.unlock(-1));
    }
}
