package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.dmafence.resv.ResvFixture.add;
import static org.dmafence.resv.ResvFixture.locked;
import static org.dmafence.resv.ResvUsage.BOOKKEEP;
import static org.dmafence.resv.ResvUsage.READ;
import static org.dmafence.resv.ResvUsage.WRITE;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceArray;
import org.dmafence.fence.container.FenceCauses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * In the default mode no fence that was in an object fails unnoticed by those who ask it for one fence, or for errors.
 */
@Timeout(60)
class ResvErrorsTest {
    private static final int CASES = 400;
    private static final FenceError[] ERRORS = {FenceError.EIO, FenceError.ETIME, FenceError.ECANCELED};

    private ResvFixture fixture = new ResvFixture();
    private ReservationObject object = fixture.object();

    @Test
    void shouldKeepTheErrorOfAFenceThatIsAddedAgainForLess() {
        ResvFixture again = new ResvFixture();
        ReservationObject buffer = again.object();
        DmaFence failed = again.fence(1, 1);
        ResvFixture.add(buffer, ResvUsage.KERNEL, failed);
        again.signal(failed, FenceError.EIO);
        ResvFixture.add(buffer, ResvUsage.BOOKKEEP, failed); // takes its own slot, since it has signalled
        assertThat(buffer.pollError(ResvUsage.KERNEL)).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldStillKnowTheErrorWhenTheFenceWasDropped() {
        DmaFence failed = fixture.fence(1, 1);
        add(object, WRITE, failed);
        fixture.signal(failed, FenceError.EIO);
        assertError(WRITE, FenceError.EIO);
        locked(object, () -> object.reserve(50));
        assertThat(ResvFixture.listed(object)).isEmpty();

        assertError(WRITE, FenceError.EIO);
        assertThat(object.pollError(ResvUsage.KERNEL)).isNull();
        assertThat(object.pollSingleton(ResvUsage.KERNEL)).isNull();
        assertThat(object.pollSignaled(WRITE)).isTrue();
    }

    @Test
    void shouldStillKnowTheErrorWhenTheSlotWasTaken() {
        DmaFence failed = fixture.fence(1, 1);
        DmaFence next = fixture.fence(2, 1);
        add(object, READ, failed);
        fixture.signal(failed, FenceError.ETIME);
        add(object, READ, next);

        DmaFence singleton = Objects.requireNonNull(object.pollSingleton(READ), "a singleton");
        assertThat(FenceArray.fencesOf(singleton)).containsExactly(next);
        singleton.enableSignaling();
        fixture.signal(next);
        assertThat(singleton.pollStatus().error()).isEqualTo(FenceError.ETIME);
    }

    @Test
    void shouldWatchAFenceThatANewerOneSuperseded() {
        DmaFence older = fixture.fence(1, 1);
        DmaFence newer = fixture.fence(1, 2);
        add(object, WRITE, older);
        add(object, WRITE, newer);
        older.release();
        DmaFence singleton = Objects.requireNonNull(object.pollSingleton(WRITE), "a singleton");
        singleton.enableSignaling();
        fixture.signal(older, FenceError.ECANCELED);
        fixture.signal(newer);

        assertThat(singleton.pollStatus().error()).isEqualTo(FenceError.ECANCELED);
        assertError(WRITE, FenceError.ECANCELED);
        locked(object, object::clearErrors);
        assertThat(object.pollError(WRITE)).isNull();
        assertThat(object.pollSingleton(WRITE)).isNull();
    }

    @Test
    void shouldTellAllCausesOfADroppedError() {
        DmaFence first = fixture.fence(1, 1);
        DmaFence second = fixture.fence(2, 1);
        add(object, WRITE, first, second);
        fixture.signal(second, FenceError.ETIME);
        fixture.signal(first, FenceError.EIO);
        locked(object, () -> object.reserve(50));

        DmaFence singleton = Objects.requireNonNull(object.pollSingleton(WRITE), "a singleton");
        assertThat(FenceCauses.of(singleton).first())
                .extracting(FenceCauses.Cause::context, FenceCauses.Cause::error)
                .containsExactly(tuple(1L, FenceError.EIO), tuple(2L, FenceError.ETIME));
    }

    @Test
    void shouldNotWatchMoreThanIsPending() {
        List<DmaFence> fences = new ArrayList<>();
        for (int i = 1; i <= 500; i++) {
            DmaFence fence = fixture.fence(1, i);
            add(object, WRITE, fence);
            fences.add(fence);
            if (i > 3) {
                fixture.signal(fences.get(i - 4));
            }
        }
        assertThat(fences.stream().filter(fence -> fence.references() > 1).count())
                .isLessThan(40);
        object.close();
        assertThat(fences).allMatch(fence -> fence.references() == 1);
    }

    @Test
    void shouldForgetWhatTheCallerSaysNoLongerMatters() {
        DmaFence eviction = fixture.fence(1, 1);
        DmaFence failed = fixture.fence(1, 2);
        add(object, BOOKKEEP, failed, eviction);
        fixture.signal(failed, FenceError.EIO);
        locked(object, () -> object.replace(1, fixture.runtime.stub(), BOOKKEEP));

        assertThat(eviction.references()).isEqualTo(1);
        assertError(BOOKKEEP, FenceError.EIO);
    }

    @Test
    void shouldTakeErrorsAlongWhenCopied() {
        DmaFence failed = fixture.fence(1, 1);
        DmaFence superseded = fixture.fence(2, 1);
        add(object, READ, superseded);
        add(object, READ, fixture.fence(2, 2), failed);
        fixture.signal(failed, FenceError.EIO);
        ReservationObject copy = fixture.object();
        locked(copy, () -> copy.copyFrom(object));
        object.close();

        assertThat(copy.pollError(READ)).isEqualTo(FenceError.EIO);
        locked(copy, copy::clearErrors);
        locked(copy, () -> copy.copyFrom(copy));
        assertThat(copy.pollError(READ)).isNull();
        copy.close();
        assertThat(superseded.references()).isEqualTo(1);
    }

    @Test
    void shouldForgetAsTheKernelDoesWhenToldTo() {
        ReservationObject kernel = fixture.kernelObject();
        DmaFence failed = fixture.fence(1, 1);
        add(kernel, WRITE, failed);
        fixture.signal(failed, FenceError.EIO);

        assertThat(kernel.pollSingleton(WRITE)).isNull();
        assertThat(kernel.pollError(WRITE)).isEqualTo(FenceError.EIO);
        locked(kernel, () -> kernel.reserve(50));
        assertThat(kernel.pollError(WRITE)).isNull();
    }

    private void assertError(ResvUsage usage, FenceError expected) {
        assertThat(object.pollError(usage)).isEqualTo(expected);
        DmaFence singleton = Objects.requireNonNull(object.pollSingleton(usage), "a singleton");
        assertThat(singleton.pollStatus().error()).isEqualTo(expected);
        singleton.release();
    }

    /**
     * What was added, by the usage it was added for, and every singleton with the fences that were in the object then.
     */
    private final List<DmaFence> open = new ArrayList<>();

    private final List<Added> added = new ArrayList<>();
    private final List<Promise> promises = new ArrayList<>();

    private record Added(DmaFence fence, ResvUsage usage) {}

    private record Promise(DmaFence singleton, List<DmaFence> of) {}

    @Test
    void shouldNeverTurnAnErrorIntoSuccess() {
        long seed = System.nanoTime();
        System.out.println("ResvErrorsTest seed " + seed);
        int failed = 0;
        for (int i = 0; i < CASES; i++) {
            failed += run(seed + i);
        }
        assertThat(failed).as("singletons that failed").isGreaterThan(CASES);
    }

    /** One random history; how many singletons failed. */
    private int run(long seed) {
        Random random = new Random(seed);
        fixture = new ResvFixture();
        object = fixture.object();
        open.clear();
        added.clear();
        promises.clear();
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> addOne(random);
                case 3, 4 -> signalOne(random);
                default -> promise(usage(random), seed);
            }
        }
        while (!open.isEmpty()) {
            signalOne(random);
        }
        for (ResvUsage usage : ResvUsage.values()) {
            promise(usage, seed);
        }
        int failed = 0;
        for (Promise promise : promises) {
            boolean expected = promise.of.stream().anyMatch(fence -> fence.errno() != 0);
            assertThat(promise.singleton.pollSignaled()).as("seed %d", seed).isTrue();
            assertThat(promise.singleton.pollStatus().isError())
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            failed += expected ? 1 : 0;
        }
        return failed;
    }

    private static ResvUsage usage(Random random) {
        return List.of(ResvUsage.values()).get(random.nextInt(4));
    }

    private void addOne(Random random) {
        DmaFence fence = fixture.fence(random.nextInt(4), random.nextInt(6));
        ResvUsage usage = usage(random);
        locked(object, () -> {
            object.reserve(1 + random.nextInt(4));
            object.add(fence, usage);
        });
        open.add(fence);
        added.add(new Added(fence, usage));
    }

    private void signalOne(Random random) {
        if (!open.isEmpty()) {
            DmaFence fence = open.remove(random.nextInt(open.size()));
            if (random.nextInt(4) == 0) {
                fixture.signal(fence, ERRORS[random.nextInt(ERRORS.length)]);
            } else {
                fixture.signal(fence);
            }
        }
    }

    private void promise(ResvUsage usage, long seed) {
        List<DmaFence> of = added.stream()
                .filter(each -> usage.includes(each.usage))
                .map(Added::fence)
                .toList();
        DmaFence singleton = object.pollSingleton(usage);
        if (singleton == null) {
            assertThat(of).as("seed %d", seed).allMatch(fence -> fence.isSignaled() && fence.errno() == 0);
            assertThat(object.pollError(usage)).isNull();
        } else if (of.contains(singleton)) { // the one that is left stands for all
            assertThat(of)
                    .as("seed %d", seed)
                    .allMatch(fence -> fence == singleton || (fence.isSignaled() && fence.errno() == 0));
        } else {
            promises.add(new Promise(singleton, of));
        }
    }
}
