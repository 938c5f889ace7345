package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.ErrorPolicy;
import org.junit.jupiter.api.Test;

/**
 * Random changes of two reservation objects against what they are for: whoever asks for a usage has to wait for every
 * fence that was added with it or a stronger one, or for a later one of its context. The number of sequences is {@code
 * -Ddmafence.fuzz}; a failure names the seed of its sequence, which {@code -Ddmafence.fuzz.seed} runs alone.
 */
class ResvFuzzTest {
    private static final int CALLS = 60;
    private static final int CONTEXTS = 5;
    private static final List<ResvUsage> USAGES = List.of(ResvUsage.values());

    @Test
    void shouldHaveEverybodyWaitForWhatWasAdded() {
        Long only = Long.getLong("dmafence.fuzz.seed");
        if (only != null) {
            new Sequence(only).run();
            return;
        }
        SplittableRandom seeds = new SplittableRandom(2_027);
        long sequences = Long.getLong("dmafence.fuzz", 300);
        for (long i = 0; i < sequences; i++) {
            new Sequence(seeds.nextLong()).run();
        }
    }

    /** A fence that an object was told of, and as what. */
    private record Added(DmaFence fence, ResvUsage usage) {}

    /** What an object has to answer for. */
    private static final class Owed {
        List<Added> pending = new ArrayList<>();
        final Set<ResvUsage> failed = EnumSet.noneOf(ResvUsage.class);

        /** Of which a failure need not be remembered. */
        final Set<DmaFence> forgiven = new HashSet<>();
    }

    private static final class Sequence {
        private final long seed;
        private final SplittableRandom random;
        private final ResvFixture fixture = new ResvFixture();
        private final boolean keeps;
        private final ReservationObject[] objects = new ReservationObject[2];
        private final Owed[] owed = {new Owed(), new Owed()};
        private final List<DmaFence> made = new ArrayList<>();
        private final List<String> calls = new ArrayList<>();
        private final long[] seqnos = new long[CONTEXTS];

        Sequence(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
            keeps = random.nextBoolean();
            for (int i = 0; i < objects.length; i++) {
                objects[i] =
                        ReservationObject.create(fixture.runtime, keeps ? ErrorPolicy.KEEP_FIRST : ErrorPolicy.KERNEL);
            }
        }

        void run() {
            try {
                for (int i = 0; i < CALLS; i++) {
                    call();
                    check(0);
                    check(1);
                }
                for (DmaFence fence : made) {
                    fixture.signal(fence);
                }
                for (ReservationObject object : objects) {
                    assertThat(object.pollSignaled(ResvUsage.BOOKKEEP)).isTrue();
                    object.close();
                }
                assertThat(made).allMatch(fence -> fence.references() == 1);
                assertThat(fixture.reports).isEmpty();
            } catch (Throwable e) {
                throw new AssertionError("sequence of -Ddmafence.fuzz.seed=" + seed + ", after " + calls, e);
            }
        }

        private ResvUsage usage() {
            return USAGES.get(random.nextInt(USAGES.size()));
        }

        private DmaFence fence() {
            if (!made.isEmpty() && random.nextInt(4) == 0) {
                return made.get(random.nextInt(made.size()));
            }
            int context = random.nextInt(CONTEXTS);
            DmaFence fence = fixture.fence(context + 1, ++seqnos[context]);
            made.add(fence);
            return fence;
        }

        private void call() {
            int which = random.nextInt(2);
            ReservationObject object = objects[which];
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3, 4 -> {
                    DmaFence fence = fence();
                    ResvUsage usage = usage();
                    calls.add("add " + ResvFixture.name(fence) + " " + usage + " to " + which);
                    ResvFixture.add(object, usage, fence);
                    owe(owed[which], fence, usage);
                }
                case 5, 6, 7 -> signal();
                case 8 -> {
                    DmaFence fence = fence();
                    ResvUsage usage = usage();
                    long context = 1L + random.nextInt(CONTEXTS);
                    calls.add("replace " + context + " by " + ResvFixture.name(fence) + " " + usage + " in " + which);
                    ResvFixture.locked(object, () -> object.replace(context, fence, usage));
                    boolean any = owed[which].pending.removeIf(added -> added.fence.context() == context);
                    if (any) {
                        owe(owed[which], fence, usage);
                    }
                }
                case 9 -> {
                    calls.add("copy to " + which);
                    ResvFixture.locked(object, () -> object.copyFrom(objects[1 - which]));
                    owed[which].pending = new ArrayList<>(owed[1 - which].pending);
                    owed[which].failed.addAll(owed[1 - which].failed);
                    owed[which].forgiven.addAll(owed[1 - which].forgiven);
                }
                case 10 -> {
                    calls.add("forget in " + which);
                    ResvFixture.locked(object, object::clearErrors);
                    owed[which].failed.clear();
                    owed[which].forgiven.addAll(
                            owed[which].pending.stream().map(Added::fence).toList()); // perhaps not listed any more
                }
                default -> {
                    int slots = 1 + random.nextInt(20);
                    calls.add("reserve " + slots + " in " + which);
                    ResvFixture.locked(object, () -> object.reserve(slots));
                }
            }
        }

        private static void owe(Owed to, DmaFence fence, ResvUsage usage) {
            if (!fence.isSignaled()) {
                to.pending.add(new Added(fence, usage));
            }
        }

        private void signal() {
            if (made.isEmpty()) {
                return;
            }
            DmaFence last = made.get(random.nextInt(made.size()));
            for (DmaFence fence : made) { // a timeline signals in order: whoever waits for a later one may rely on it
                if (fence.context() == last.context() && fence.seqno() <= last.seqno() && !fence.isSignaled()) {
                    signal(fence, random.nextInt(4) == 0);
                }
            }
        }

        private void signal(DmaFence fence, boolean fails) {
            calls.add("signal " + ResvFixture.name(fence) + (fails ? " with EIO" : ""));
            if (fails) {
                fixture.signal(fence, FenceError.EIO);
            } else {
                fixture.signal(fence);
            }
            for (Owed each : owed) {
                for (Added added : List.copyOf(each.pending)) {
                    if (added.fence == fence) {
                        each.pending.remove(added);
                        if (fails && !each.forgiven.contains(fence)) {
                            each.failed.add(added.usage);
                        }
                    }
                }
            }
        }

        private void check(int which) {
            ReservationObject object = objects[which];
            for (ResvUsage usage : USAGES) {
                List<DmaFence> seen = object.pollFences(usage);
                assertThat(seen).allMatch(fence -> !fence.isSignaled());
                assertThat(made).containsAll(seen);
                for (Added added : owed[which].pending) {
                    if (usage.includes(added.usage)) {
                        assertThat(seen)
                                .as(added + " in " + which + " for " + usage)
                                .anyMatch(fence -> fence == added.fence || isLater(fence, added.fence));
                    }
                }
                assertThat(object.pollSignaled(usage)).isEqualTo(seen.isEmpty());
                checkErrors(object, owed[which], usage, seen);
                seen.forEach(DmaFence::release);
            }
        }

        private static boolean isLater(DmaFence fence, DmaFence than) {
            return fence.context() == than.context() && fence.seqno() > than.seqno();
        }

        private void checkErrors(ReservationObject object, Owed to, ResvUsage usage, List<DmaFence> seen) {
            DmaFence all = object.pollSingleton(usage);
            FenceError error = object.pollError(usage);
            if (keeps && to.failed.stream().anyMatch(usage::includes)) {
                assertThat(error).isEqualTo(FenceError.EIO);
            }
            if (all == null) {
                assertThat(seen).isEmpty();
                assertThat(keeps ? error : null).isNull();
            } else {
                // Where errors are kept, those that newer ones took the place of are waited for, too.
                assertThat(all.isSignaled()).isEqualTo(seen.isEmpty() && (!keeps || all.isSignaled()));
                all.release();
            }
        }
    }
}
