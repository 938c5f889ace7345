package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.dmafence.testkit.VirtualTask;
import org.jspecify.annotations.Nullable;

/**
 * What IGT's {@code syncobj_wait} and {@code syncobj_timeline} have in common: the matrices of states, and waits with
 * something going on. The one waits for fences, the other for points.
 */
final class IgtWaitCases {
    private static final int ALL = SyncobjIoctl.WAIT_ALL;
    private static final int FOR_SUBMIT = SyncobjIoctl.WAIT_FOR_SUBMIT;
    private static final int AVAILABLE = SyncobjIoctl.WAIT_AVAILABLE;

    /** What an object is in when the wait starts; in order of their bits in IGT. */
    private enum State {
        UNSUBMITTED,
        SUBMITTED,
        SIGNALED
    }

    private final IgtSubtests suite;
    private final boolean timeline;

    IgtWaitCases(IgtSubtests suite, boolean timeline) {
        this.suite = suite;
        this.timeline = timeline;
    }

    private long point() {
        return timeline ? 1 : 0;
    }

    private long @Nullable [] points(int count) {
        long[] points = new long[count];
        Arrays.fill(points, point());
        return timeline ? points : null;
    }

    private SyncobjIoctl.Wait wait(IgtDrm drm, long forNs, int flags, int... handles) {
        return IgtDrm.wait(handles, points(handles.length), forNs == 0 ? 0 : drm.nowNs() + forNs, flags);
    }

    private int poll(IgtDrm drm, int flags, int... handles) {
        return drm.run(wait(drm, 0, flags, handles));
    }

    // ---- the matrices ---------------------------------------------------------------------------------------------

    /** One object in one state. */
    void addSingles() {
        for (State state : State.values()) {
            for (int flags : flags()) {
                addMatrixCase("single", flags, List.of(state), 1);
            }
        }
    }

    /** Several objects in some states; IGT's loop ends before the combination of everything. */
    void addMultis(int objects) {
        State[] all = State.values();
        for (int bits = 1; bits < 1 << all.length; bits++) {
            List<State> states = new ArrayList<>();
            for (int i = 0; i < all.length; i++) {
                if ((bits & 1 << i) != 0) {
                    states.add(all[i]);
                }
            }
            for (int flags : flags()) {
                boolean everything = states.size() == all.length && flags == allFlags();
                if (!everything) {
                    addMatrixCase("multi", flags, states, objects);
                }
            }
        }
    }

    private int allFlags() {
        return timeline ? ALL | FOR_SUBMIT | AVAILABLE : ALL | FOR_SUBMIT;
    }

    private int[] flags() {
        return IntStream.rangeClosed(0, allFlags()).toArray();
    }

    private void addMatrixCase(String kind, int flags, List<State> states, int objects) {
        int expected = expected(flags, states);
        StringBuilder name = new StringBuilder();
        name.append(expected == Errno.EINVAL ? "invalid-" : expected == Errno.ETIME && timeline ? "etime-" : "");
        name.append(kind).append("-wait");
        name.append((flags & ALL) != 0 ? "-all" : "");
        name.append((flags & FOR_SUBMIT) != 0 ? "-for-submit" : "");
        name.append((flags & AVAILABLE) != 0 ? "-available" : "");
        states.forEach(state -> name.append('-').append(state.name().toLowerCase(Locale.ROOT)));
        suite.add(name.toString(), drm -> matrixCase(drm, flags, states, objects, expected));
    }

    private static int expected(int flags, List<State> states) {
        boolean unsubmitted = states.contains(State.UNSUBMITTED);
        if (unsubmitted && (flags & (FOR_SUBMIT | AVAILABLE)) == 0) {
            return Errno.EINVAL;
        }
        boolean submittedIsEnough = (flags & AVAILABLE) != 0;
        List<State> done = submittedIsEnough ? List.of(State.SUBMITTED, State.SIGNALED) : List.of(State.SIGNALED);
        boolean over =
                (flags & ALL) != 0 ? done.containsAll(states) : states.stream().anyMatch(done::contains);
        return over ? 0 : Errno.ETIME;
    }

    private void matrixCase(IgtDrm drm, int flags, List<State> states, int objects, int expected) {
        int[] handles = drm.createMany(objects);
        long[] points = new long[objects];
        long seed = 0x1d;
        Random random = new Random(seed);
        for (int i = 0; i < objects; i++) {
            if (timeline) {
                boolean binary = objects > 1 && (i == 1 || i == 4);
                points[i] = binary ? 0 : objects == 1 ? 1 : 1 + random.nextInt(1000);
            }
            State state = states.get(Math.min(i, states.size() - 1));
            if (state != State.UNSUBMITTED) {
                int opened = drm.attach(handles[i], points[i]);
                if (state == State.SIGNALED) {
                    drm.increment(opened, 1);
                }
            }
        }
        for (long timeoutNs : new long[] {0, IgtDrm.SHORT_NS, -1}) { // all ones is a time in the past, not for ever
            if (timeoutNs >= 0 || expected != Errno.ETIME) {
                long untilNs = timeoutNs <= 0 ? timeoutNs : drm.nowNs() + timeoutNs;
                SyncobjIoctl.Wait data = IgtDrm.wait(handles, timeline ? points : null, untilNs, flags);
                assertThat(drm.run(data)).as("time-out %d", timeoutNs).isEqualTo(expected);
                if (expected == Errno.ETIME && timeoutNs > 0) {
                    assertThat(drm.nowNs()).isGreaterThanOrEqualTo(untilNs);
                }
            }
        }
    }

    // ---- something going on ---------------------------------------------------------------------------------------

    void addDelayed() {
        suite.add("wait-delayed-signal", drm -> delayed(drm, 0));
        suite.add("wait-for-submit-delayed-submit", drm -> delayed(drm, FOR_SUBMIT));
        suite.add("wait-all-delayed-signal", drm -> delayed(drm, ALL));
        suite.add("wait-all-for-submit-delayed-submit", drm -> delayed(drm, ALL | FOR_SUBMIT));
    }

    private void delayed(IgtDrm drm, int flags) {
        int handle = drm.create();
        boolean submitsLater = (flags & FOR_SUBMIT) != 0;
        int opened = submitsLater ? -1 : drm.attach(handle, point());
        drm.cpu.after(IgtDrm.SHORT_NS, () -> drm.increment(submitsLater ? drm.attach(handle, point()) : opened, 1));
        long startNs = drm.nowNs();
        assertThat(drm.run(wait(drm, 2 * IgtDrm.SHORT_NS, flags, handle))).isZero();
        assertThat(drm.nowNs()).isBetween(startNs + IgtDrm.SHORT_NS, startNs + 2 * IgtDrm.SHORT_NS - 1);
    }

    void addResets() {
        suite.add("reset-unsignaled", drm -> {
            int handle = drm.create();
            assertThat(poll(drm, 0, handle)).isEqualTo(Errno.EINVAL);
            assertThat(drm.reset(new int[] {handle}, 0)).isZero();
            assertThat(poll(drm, 0, handle)).isEqualTo(Errno.EINVAL);
        });
        suite.add("reset-signaled", drm -> {
            int handle = drm.create();
            drm.increment(drm.attach(handle, point()), 1);
            assertThat(poll(drm, 0, handle)).isZero();
            assertThat(drm.reset(new int[] {handle}, 0)).isZero();
            assertThat(poll(drm, 0, handle)).isEqualTo(Errno.EINVAL);
        });
        suite.add("reset-multiple-signaled", drm -> {
            int[] handles = drm.createMany(3);
            for (int handle : handles) {
                drm.increment(drm.attach(handle, point()), 1);
            }
            assertThat(poll(drm, 0, handles)).isZero();
            assertThat(drm.reset(handles, 0)).isZero();
            for (int handle : handles) {
                assertThat(poll(drm, 0, handle)).isEqualTo(Errno.EINVAL);
            }
        });
        suite.add("reset-during-wait-for-submit", drm -> {
            int handle = drm.create();
            drm.cpu.after(IgtDrm.SHORT_NS, () -> {
                assertThat(drm.reset(new int[] {handle}, 0)).isZero();
                drm.increment(drm.attach(handle, point()), 1);
            });
            assertThat(drm.run(wait(drm, 2 * IgtDrm.SHORT_NS, FOR_SUBMIT, handle)))
                    .isZero();
        });
    }

    void addSignal() {
        suite.add("signal", drm -> {
            int handle = drm.create();
            assertThat(poll(drm, 0, handle)).isEqualTo(Errno.EINVAL);
            assertThat(poll(drm, FOR_SUBMIT, handle)).isEqualTo(Errno.ETIME);
            int[] one = {handle};
            assertThat(timeline ? drm.timelineSignal(one, new long[] {point()}, 0) : drm.signal(one, 0))
                    .isZero();
            assertThat(poll(drm, 0, handle)).isZero();
            assertThat(poll(drm, FOR_SUBMIT, handle)).isZero();
        });
    }

    // ---- another thread waits -------------------------------------------------------------------------------------

    /** A thread in a wait, and what it returned. */
    private static final class Waiter {
        final SyncobjIoctl.Wait data;
        final VirtualTask task;
        private int result = Integer.MIN_VALUE;

        Waiter(IgtDrm drm, SyncobjIoctl.Wait data) {
            this.data = data;
            task = drm.cpu.start("waiter", () -> result = drm.run(data));
        }

        int result() {
            assertThat(task.isDone()).isTrue();
            return result;
        }
    }

    void addSnapshots() {
        suite.add("wait-any-snapshot", drm -> snapshot(drm, 0));
        suite.add("wait-all-snapshot", drm -> snapshot(drm, ALL));
        suite.add("wait-for-submit-snapshot", drm -> snapshot(drm, FOR_SUBMIT));
        suite.add("wait-all-for-submit-snapshot", drm -> snapshot(drm, ALL | FOR_SUBMIT));
    }

    /** The wait stays with the first fence of object 0, though that is reset and gets one that never signals. */
    private void snapshot(IgtDrm drm, int flags) {
        boolean submitsLater = (flags & FOR_SUBMIT) != 0;
        int[] handles = drm.createMany(2);
        int first = submitsLater ? -1 : drm.attach(handles[0], point());
        int second = submitsLater ? -1 : drm.attach(handles[1], point());
        Waiter waiter = new Waiter(drm, wait(drm, IgtDrm.SHORT_NS, flags, handles));
        drm.cpu.advanceNs(IgtDrm.SHORT_NS / 5);
        first = submitsLater ? drm.attach(handles[0], point()) : first;
        if ((flags & ALL) != 0) {
            drm.increment(first, 1);
        }
        drm.cpu.advanceNs(IgtDrm.SHORT_NS / 5);
        assertThat(drm.reset(new int[] {handles[0]}, 0)).isZero();
        drm.cpu.advanceNs(IgtDrm.SHORT_NS / 5);
        drm.attach(handles[0], point());
        drm.cpu.advanceNs(IgtDrm.SHORT_NS / 5);
        assertThat(waiter.task.isDone()).isFalse();
        drm.increment(submitsLater ? drm.attach(handles[1], point()) : second, 1);
        drm.cpu.settle();
        assertThat(waiter.result()).isZero();
        if ((flags & ALL) == 0) {
            assertThat(waiter.data.firstSignaled).isEqualTo(1);
        }
    }

    void addComplex() {
        suite.add("wait-any-complex", drm -> complex(drm, 0));
        suite.add("wait-all-complex", drm -> complex(drm, ALL));
        suite.add("wait-for-submit-complex", drm -> complex(drm, FOR_SUBMIT));
        suite.add("wait-all-for-submit-complex", drm -> complex(drm, ALL | FOR_SUBMIT));
    }

    /** Of 8 objects 0 to 7 in disorder, each four times. IGT gives the wait only the first two. */
    private static final int[] DISORDER = {
        1, 6, 0, 3, 1, 5, 2, 7, 4, 0, 6, 6, 3, 5, 2, 1, 7, 4, 0, 2, 3, 7, 5, 4, 1, 0, 2, 6, 5, 7, 3, 4
    };

    private void complex(IgtDrm drm, int flags) {
        int[] handles = drm.createMany(8);
        int[] opened = new int[8];
        int[] stage = new int[8]; // unsubmitted, submitted, signalled, reset, resubmitted
        if ((flags & FOR_SUBMIT) == 0) {
            Arrays.fill(stage, 1);
            Arrays.setAll(opened, i -> drm.attach(handles[i], point()));
        }
        SyncobjIoctl.Wait data = wait(drm, 1000 * IgtDrm.MS, flags, handles);
        data.countHandles = 2;
        Waiter waiter = new Waiter(drm, data);
        drm.cpu.advanceMs(20);
        int firstSignaled = -1;
        int signaled = 0;
        for (int i = 0; i < DISORDER.length && signaled < ((flags & ALL) != 0 ? 8 : 1); i++) {
            int at = DISORDER[i];
            int now = stage[at]++;
            if (now == 0 || now == 3) {
                opened[at] = drm.attach(handles[at], point());
            } else if (now == 1) {
                drm.increment(opened[at], 1);
                firstSignaled = signaled++ == 0 ? at : firstSignaled;
            } else if (now == 2) {
                assertThat(drm.reset(new int[] {handles[at]}, 0)).isZero();
            }
            drm.cpu.advanceMs(10);
        }
        assertThat(waiter.result()).isZero();
        if ((flags & ALL) == 0) {
            assertThat(data.firstSignaled).isEqualTo(firstSignaled);
        } else {
            assertThat(signaled).isEqualTo(8);
        }
    }

    void addInterrupted() {
        suite.add("wait-any-interrupted", drm -> interrupted(drm, 0));
        suite.add("wait-all-interrupted", drm -> interrupted(drm, ALL));
    }

    private void interrupted(IgtDrm drm, int flags) {
        int handle = drm.create();
        drm.attach(handle, point());
        long startNs = drm.nowNs();
        Waiter waiter = new Waiter(drm, wait(drm, IgtDrm.SHORT_NS, flags, handle));
        for (int ms = 0; ms < 100; ms++) {
            drm.cpu.advanceMs(1);
            if (!waiter.task.isDone()) {
                waiter.task.interrupt();
            }
        }
        drm.cpu.advanceMs(1);
        assertThat(waiter.result()).isEqualTo(Errno.ETIME);
        assertThat(drm.nowNs() - startNs).isLessThan(2 * IgtDrm.SHORT_NS);
    }
}
