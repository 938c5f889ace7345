package org.dmafence.lockdep;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.dmafence.concurrent.ThreadBound;
import org.dmafence.lockdep.LockClass.Mode;
import org.dmafence.lockdep.LockdepReport.Kind;
import org.dmafence.lockdep.LockdepReport.Place;
import org.jspecify.annotations.Nullable;

/** What one thread holds, or what is held in one turn of an actor. Kernel counterpart: {@code current->held_locks}. */
final class HeldLocks {
    /*
     * Overview. Touched by its thread alone, but for `thread` and `depth`, which checkEnded reads of threads that have
     * ended.
     *
     * A turn has one of its own on top of the thread's. What the thread holds below it is held all the same, so it
     * takes part in orders; but at the turn's end its own must be empty.
     *
     * While the checker itself is at work `checking` is set: what the reporter locks is not looked at.
     */
    private static final ThreadBound<HeldLocks> CURRENT = new ThreadBound<>();

    /** Those of threads, not of turns, that hold something: one that forgets to release is found here after its end. */
    private static final Set<HeldLocks> HOLDING = ConcurrentHashMap.newKeySet();

    /** How much of a turn is remembered; a turn that acquires more classes in one message is reported less. */
    private static final int MAX_REMEMBERED = 64;

    /** Weakly, see {@link ThreadBound}. */
    private final Reference<Thread> thread = new WeakReference<>(Thread.currentThread());

    private final String threadName = Thread.currentThread().getName();
    private final @Nullable HeldLocks below;
    private final @Nullable String turn;
    private final List<Held> held = new ArrayList<>(4);

    /** What this turn has acquired so far, released or not, each class once. */
    private final List<Held> remembered;

    private int readSections;
    private boolean checking;

    private HeldLocks(@Nullable HeldLocks below, @Nullable String turn) {
        this.below = below;
        this.turn = turn;
        remembered = turn == null ? List.of() : new ArrayList<>(4);
    }

    static HeldLocks current() {
        HeldLocks locks = CURRENT.get();
        if (locks == null) {
            locks = new HeldLocks(null, null);
            CURRENT.set(locks);
        }
        return locks;
    }

    static HeldLocks beginTurn(String name) {
        HeldLocks locks = new HeldLocks(current(), name);
        CURRENT.set(locks);
        return locks;
    }

    void endTurn() {
        reportHeldAtEnd("the end of its turn");
        CURRENT.set(Objects.requireNonNull(below, "a turn is on top of its thread's"));
    }

    String who() {
        Thread alive = thread.get();
        String name = "thread " + (alive == null ? threadName : alive.getName());
        return turn == null ? name : turn + " on " + name;
    }

    // ---- acquiring and releasing -----------------------------------------------------------------------------------

    void acquire(LockClass lockClass, Mode mode, @Nullable LockClass within, boolean again) {
        if (checking || !lockClass.isChecked()) {
            return;
        }
        if (!lockClass.isSpin()) {
            mightSleep("acquiring " + lockClass);
        }
        Held acquired = new Held(lockClass, mode, again, "acquired", new Site());
        boolean ordered = within != null && find(within) != null;
        for (HeldLocks locks = this; locks != null; locks = locks.below) {
            for (Held before : locks.held) {
                if (before.lockClass() != lockClass) {
                    learn(before, acquired);
                } else if (!ordered && !(acquired.isRecursive() && before.isShared())) {
                    reportRecursion(before, acquired);
                }
            }
        }
        push(acquired);
    }

    /** Something held from now on that was not waited for. */
    void hold(LockClass lockClass, Mode mode, boolean again) {
        hold(lockClass, mode, again, "acquired");
    }

    void hold(LockClass lockClass, Mode mode, boolean again, String how) {
        if (!checking && lockClass.isChecked()) {
            push(new Held(lockClass, mode, again, how, new Site()));
        }
    }

    /** Something that the caller waits for, and does not hold afterwards. */
    void await(LockClass awaited, String how) {
        await(awaited, how, false);
    }

    /**
     * As {@link #await} of something that runs on this very thread: what may be acquired again is no obstacle to it.
     */
    void runsHere(LockClass callbacks, String how) {
        await(callbacks, how, true);
    }

    private void await(LockClass awaited, String how, boolean here) {
        if (checking || !awaited.isChecked() || !holdsAnything()) {
            return;
        }
        Held acquired = new Held(awaited, Mode.EXCLUSIVE, false, how, new Site());
        for (HeldLocks locks = this; locks != null; locks = locks.below) {
            for (Held before : locks.held) {
                boolean promises = before.lockClass().isPromise() && awaited.isPromise();
                if (before.lockClass() != awaited && !promises && !(here && before.again())) {
                    learn(before, acquired);
                }
            }
        }
    }

    /**
     * A thread that waits for the given class waits for what this one holds, and for what it has acquired in this turn.
     */
    void owed(LockClass promise, String how) {
        if (checking || !promise.isChecked() || (!holdsAnything() && remembered.isEmpty())) {
            return;
        }
        Held kept = new Held(promise, Mode.EXCLUSIVE, false, how, new Site());
        for (Held before : remembered) {
            learn(kept, before);
        }
        for (HeldLocks locks = this; locks != null; locks = locks.below) {
            for (Held before : locks.held) {
                if (!before.lockClass().isPromise()) {
                    learn(kept, before);
                }
            }
        }
    }

    void release(LockClass lockClass) {
        if (checking || !lockClass.isChecked()) {
            return;
        }
        for (HeldLocks locks = this; locks != null; locks = locks.below) {
            for (int i = locks.held.size() - 1; i >= 0; i--) {
                if (locks.held.get(i).lockClass() == lockClass) {
                    locks.held.remove(i);
                    if (locks.held.isEmpty() && locks.turn == null) {
                        HOLDING.remove(locks);
                    }
                    return;
                }
            }
        }
        report(
                Kind.NOT_HELD,
                lockClass.toString(),
                who() + " releases " + lockClass
                        + ", which it does not hold: tell the class where the lock is acquired");
    }

    private void push(Held acquired) {
        if (held.isEmpty() && turn == null) {
            HOLDING.add(this);
        }
        held.add(acquired);
        if (turn != null
                && remembered.size() < MAX_REMEMBERED
                && !acquired.lockClass().isPromise()) {
            for (Held known : remembered) {
                if (known.lockClass() == acquired.lockClass()) {
                    return;
                }
            }
            remembered.add(acquired);
        }
    }

    /** The latest acquisition of a class that is still held. */
    @Nullable Held find(LockClass lockClass) {
        for (HeldLocks locks = this; locks != null; locks = locks.below) {
            for (int i = locks.held.size() - 1; i >= 0; i--) {
                if (locks.held.get(i).lockClass() == lockClass) {
                    return locks.held.get(i);
                }
            }
        }
        return null;
    }

    private boolean holdsAnything() {
        return !held.isEmpty() || (below != null && below.holdsAnything());
    }

    /**
     * Whether blocking is forbidden: in a read section or under a spin lock. Kernel counterpart: {@code in_atomic()}.
     */
    boolean isAtomic() {
        return isInReadSection() || findSpin() != null;
    }

    private @Nullable Held findSpin() {
        for (HeldLocks locks = this; locks != null; locks = locks.below) {
            for (Held one : locks.held) {
                if (one.lockClass().isSpin()) {
                    return one;
                }
            }
        }
        return null;
    }

    // ---- read sections and blocking --------------------------------------------------------------------------------

    void enterReadSection() {
        readSections++;
    }

    void leaveReadSection() {
        if (readSections > 0) {
            readSections--;
        } else if (below != null) {
            below.leaveReadSection();
        }
    }

    private boolean isInReadSection() {
        return readSections > 0 || (below != null && below.isInReadSection());
    }

    void mightSleep(String what) {
        if (checking) {
            return;
        }
        if (isInReadSection()) {
            report(
                    Kind.BLOCKING_IN_READ_SECTION,
                    what,
                    what + " by " + who()
                            + " inside an RCU read section: every grace period waits as long, and nobody can be "
                            + "unloaded meanwhile. Leave the section first, or put it off until after it");
        }
        Held spin = findSpin();
        if (spin != null) {
            report(
                    Kind.BLOCKING_UNDER_SPIN_LOCK,
                    what + " under " + spin.lockClass(),
                    what + " by " + who() + " while it holds " + spin
                            + ", for which others wait without going to sleep. Release it first");
        }
    }

    // ---- reporting -------------------------------------------------------------------------------------------------

    private void learn(Held from, Held to) {
        LockGraph graph = LockGraph.current();
        if (graph.knows(from, to)) {
            return;
        }
        LockdepReport report = graph.learn(from, to, who());
        if (report != null) {
            emit(report);
        }
    }

    private void reportRecursion(Held before, Held again) {
        if (isNews(Kind.POSSIBLE_RECURSION, before.lockClass().toString())) {
            String summary = who() + " acquires " + again
                    + " while it holds one of the same class: it waits for itself if they are "
                    + "the same lock, and two threads that take two of them wait for each other. Take one at a time, or give the inner "
                    + "one a class of its own with nested()";
            emit(new LockdepReport(
                    Kind.POSSIBLE_RECURSION, summary, List.of(Order.link(before, again, who())), List.of()));
        }
    }

    void report(Kind kind, String subject, String summary) {
        if (isNews(kind, subject)) {
            Place here = new Place(subject, "here", List.of(new Site().frames()));
            emit(new LockdepReport(kind, summary, List.of(), List.of(here)));
        }
    }

    private boolean isNews(Kind kind, String subject) {
        return !checking && LockGraph.current().isNews(kind + " " + subject);
    }

    private void emit(LockdepReport report) {
        checking = true;
        try {
            LockGraph.current().reporter().report(report);
        } catch (Throwable e) {
            System.getLogger("org.dmafence.lockdep")
                    .log(System.Logger.Level.ERROR, "the lockdep reporter failed on: " + report.text(), e);
        } finally {
            checking = false;
        }
    }

    private void reportHeldAtEnd(String end) {
        if (held.isEmpty() && readSections == 0) {
            return;
        }
        List<String> names = new ArrayList<>();
        held.forEach(one -> names.add(one.toString()));
        if (readSections > 0) {
            names.add("an RCU read section");
        }
        String what = String.join(", ", names);
        if (isNews(Kind.HELD_AT_END, what)) {
            String summary = who() + " still holds " + what + " at " + end
                    + ": nobody else will release it. Release what was acquired in a finally block";
            emit(new LockdepReport(
                    Kind.HELD_AT_END,
                    summary,
                    List.of(),
                    held.stream().map(Held::place).toList()));
        }
    }

    /** Reports what the calling thread holds where it should hold nothing, and forgets it. */
    static void checkHere(String end) {
        current().reportHeldAtEnd(end);
        clear();
    }

    static void clear() {
        for (HeldLocks locks = current(); locks != null; locks = locks.below) {
            HOLDING.remove(locks);
        }
        CURRENT.remove();
    }

    private boolean hasEnded() {
        Thread owner = thread.get();
        return owner == null || !owner.isAlive();
    }

    static void checkEnded() {
        List<HeldLocks> ended = new ArrayList<>();
        HOLDING.removeIf(locks -> locks.hasEnded() && ended.add(locks));
        ended.forEach(locks -> locks.reportHeldAtEnd("its end"));
    }
}
