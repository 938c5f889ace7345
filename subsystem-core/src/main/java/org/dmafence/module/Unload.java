package org.dmafence.module;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.dmafence.concurrent.Uninterruptibly;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceLedger;
import org.dmafence.fence.FenceLedger.Entry;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuUsageException;
import org.jspecify.annotations.Nullable;

/**
 * One unloading of one module, on the thread that asked for it. The steps and their order are described in the package.
 *
 * <p>Every step is bounded and none can end the unloading: what goes wrong is written down and the next step follows.
 */
class Unload {
    /** How long threads that the driver's exit told to end may still take, before they count as left behind. */
    private static final long LEAVING_NS = 200_000_000;

    /** How often a driver is asked whether it is still busy; each time costs a thread. */
    private static final long BUSY_POLL_NS = 10_000_000;

    /** How many threads of nobody knows whom are named. */
    private static final int NAMED = 8;

    private static final Pin UNCHECKED =
            new Pin(Pin.Kind.FENCE_OPS, "the check failed, so nobody knows whether fences need the module", null, 1);

    private final LoadedModule module;
    private final UnloadPolicy policy;
    private final boolean callExit;
    private final FenceLedger ledger;
    private final RcuDomain rcu;
    private final long beganNs;
    /** Where the next step begins, since {@link #beganNs}: they leave no gaps, so they add up. */
    private long soFarNs;

    private final List<UnloadCertificate.Step> steps;
    private final List<Pin> stuck = new ArrayList<>();

    /** Whether it is known who needs the module. */
    private boolean checked;

    private List<Entry> dependents = List.of();

    /** What the driver can't stop. */
    private List<Pin> busy = List.of();

    private List<Pin> listeners = List.of();
    private List<Pin> pins = List.of();
    private long byPolicy;
    private int entombed;
    private @Nullable String futile;

    Unload(
            LoadedModule module,
            UnloadPolicy policy,
            long beganNs,
            List<UnloadCertificate.Step> before,
            boolean callExit) {
        this.module = module;
        this.policy = policy;
        this.callExit = callExit;
        this.beganNs = beganNs;
        steps = new ArrayList<>(before);
        soFarNs = before.stream()
                .mapToLong(step -> step.startNs() + step.durationNs())
                .max()
                .orElse(0);
        ledger = module.ledger();
        rcu = module.runtime().rcu();
    }

    UnloadCertificate run() {
        module.enter(ModuleState.GOING);
        step("going", () -> {
            module.close(true);
            return null;
        });
        step("drain", this::drain);
        step("check", this::check);
        if (!policy.force() && !(checked && dependents.isEmpty() && busy.isEmpty())) {
            module.close(false);
            module.enter(ModuleState.LIVE);
            return certificate(true, ModuleState.LIVE, checked ? needed() : List.of(UNCHECKED));
        }
        step("exit", this::exit);
        step("threads", this::endThreads);
        step("listeners", this::cutListeners);
        step("issuer death", this::signalRest);
        if (ledger.unsignaledCount() == 0) {
            module.enter(ModuleState.DRAINED);
        }
        proving("grace period", Pin.Kind.GRACE_PERIOD, this::gracePeriod);
        proving("callbacks", Pin.Kind.CALLBACK_RUNNING, this::callbacks);
        if (stuck.isEmpty() && ledger.unsignaledCount() == 0) {
            module.enter(ModuleState.QUIESCENT);
        }
        proving("entomb", Pin.Kind.GRACE_PERIOD, this::entomb);
        step("close", this::close);
        module.enter(ModuleState.CLOSED);
        if (policy.collectTimeoutNs() > 0) {
            step("collect", this::collect);
        }
        step("report", this::report);
        module.threads().dissolve();
        return certificate(false, module.state(), pins);
    }

    /** A step whose failure leaves open whether somebody is still inside the driver. */
    private void proving(String name, Pin.Kind kind, Supplier<@Nullable String> body) {
        if (!step(name, body)) {
            stuck.add(new Pin(kind, "the step \"" + name + "\" failed, so nobody knows", null, 1));
        }
    }

    /** False if it failed; a problem that it found itself is no failure. */
    private boolean step(String name, Supplier<@Nullable String> body) {
        String problem;
        boolean done = true;
        try {
            problem = body.get();
        } catch (RuntimeException | Error e) {
            problem = "failed: " + DriverFailure.of(e).getMessage();
            done = false;
        }
        long endNs = System.nanoTime() - beganNs;
        steps.add(new UnloadCertificate.Step(name, soFarNs, endNs - soFarNs, problem));
        soFarNs = endNs;
        return done;
    }

    /** Lets fences complete by themselves. Some issuers signal only what they were asked to, so they are asked. */
    private @Nullable String drain() {
        if (ledger.unsignaledCount() == 0) {
            return null;
        }
        long leftNs = policy.drainTimeoutNs() - (System.nanoTime() - beganNs);
        if (leftNs > 0) {
            module.context().newThread("drain", this::enableAll).start();
            await(() -> ledger.unsignaledCount() == 0, leftNs);
        }
        int left = ledger.unsignaledCount();
        if (left == 0) {
            return null;
        }
        return left + " did not complete "
                + (policy.drainTimeoutNs() == 0
                        ? "before and were not waited for"
                        : "within " + Durations.text(policy.drainTimeoutNs()));
    }

    private void enableAll() {
        for (Entry entry : ledger.unsignaled()) {
            DmaFence fence = entry.fence();
            fence.enableSignaling();
            fence.pollSignaled();
        }
    }

    /** Who would be left with something of the driver's. Fences that nobody can reach any more are not asked. */
    private @Nullable String check() {
        dependents = dependents();
        String working = callExit ? awaitIdle() : null;
        busy = working == null ? List.of() : List.of(new Pin(Pin.Kind.NATIVE_BUSY, working, null, 1));
        checked = true;
        if (working != null) {
            return working + (dependents.isEmpty() ? "" : "; " + dependents.size() + " fences need the module");
        }
        return dependents.isEmpty() ? null : dependents.size() + " fences need the module";
    }

    /** Gives work that nobody can stop what is left of the time to drain; what still goes on then. */
    private @Nullable String awaitIdle() {
        for (; ; ) {
            String working = module.busy(policy.stepTimeoutNs());
            long leftNs = policy.drainTimeoutNs() - (System.nanoTime() - beganNs);
            if (working == null || leftNs <= 0) {
                return working;
            }
            long pauseNs = Math.min(leftNs, BUSY_POLL_NS);
            await(() -> false, pauseNs);
        }
    }

    private List<Pin> needed() {
        List<Pin> needed = new ArrayList<>(LoaderProof.ofFences(dependents));
        needed.addAll(busy);
        return needed;
    }

    /** Overridden by tests. */
    List<Entry> dependents() {
        List<Entry> found = ledger.dependents();
        boolean forgettable = found.stream().anyMatch(entry -> entry.fence().isSignaled());
        if (forgettable && !policy.force() && policy.effort() != CollectionEffort.NONE) {
            found = List.of(); // nor may we keep them
            Collector.collect(policy.effort(), policy.stepTimeoutNs(), () -> false);
            found = ledger.dependents();
        }
        return found;
    }

    /** The driver has its rings to itself: calls that are inside are waited for, others are kept out from now on. */
    private @Nullable String exit() {
        module.rings().shut();
        boolean alone = await(() -> module.rings().callsRunning() == 0, policy.stepTimeoutNs() / 2);
        String problem = alone ? null : module.rings().callsRunning() + " calls into its rings have not come back";
        if (callExit) {
            try {
                module.exit(policy.stepTimeoutNs());
            } catch (DriverFailure e) {
                problem = (problem == null ? "" : problem + "; ") + e.getMessage();
            }
        }
        return problem;
    }

    private @Nullable String endThreads() {
        module.context().revoke();
        module.threads().interrupt();
        return module.threads().awaitEnd(policy.stepTimeoutNs()) ? null : "threads of the module go on";
    }

    private @Nullable String cutListeners() {
        listeners = ModuleListeners.cut(module);
        return listeners.isEmpty() ? null : listeners.size() + " were left in our lists and are cut off";
    }

    /**
     * On a thread of its own, because callbacks run in it; a callback that hangs costs a time-out, not the other
     * fences.
     */
    private @Nullable String signalRest() {
        int left = ledger.unsignaledCount();
        if (left == 0) {
            return null;
        }
        String problem = null;
        long before = ledger.signaled();
        for (int now = left, last = -1; now != 0 && now != last; now = ledger.unsignaledCount()) {
            last = now;
            try {
                module.calls()
                        .run("issuer-death", policy.stepTimeoutNs(), () -> ledger.signalAll(policy.issuerDeath()));
            } catch (DriverFailure e) {
                problem = e.getMessage();
            }
        }
        byPolicy = ledger.signaled() - before;
        return problem;
    }

    private @Nullable String gracePeriod() {
        String problem = null;
        try {
            if (!synchronizeWithin(policy.stepTimeoutNs())) {
                problem = "a read section does not end";
            } else if (!rcu.barrierWithin(policy.stepTimeoutNs())) {
                problem = "callbacks of the RCU domain were still running after "
                        + Durations.text(policy.stepTimeoutNs());
                stuck.add(new Pin(Pin.Kind.CALLBACK_RUNNING, problem, null, 1));
                return problem;
            }
        } catch (RcuUsageException e) {
            problem = e.getMessage(); // the caller itself is in the way
        }
        if (problem != null) {
            stuck.add(new Pin(Pin.Kind.GRACE_PERIOD, problem, null, 1));
        }
        return problem;
    }

    /**
     * In every domain in which the driver's ops are called; overridden by tests. Fences of other runtimes than the
     * module's have others.
     */
    boolean synchronizeWithin(long timeoutNs) {
        Set<RcuDomain> domains = new HashSet<>(ledger.domains());
        domains.add(rcu);
        boolean all = true;
        for (RcuDomain domain : domains) {
            all &= domain.synchronizeWithin(timeoutNs);
        }
        return all;
    }

    private @Nullable String callbacks() {
        boolean quiet = await(
                () -> ledger.drainsRunning() <= 0
                        && ledger.straysRunning() == 0
                        && module.context().deferredPending() == 0,
                policy.stepTimeoutNs());
        if (quiet) {
            return null;
        }
        long drains = ledger.drainsRunning();
        if (drains > 0) {
            stuck.add(new Pin(Pin.Kind.CALLBACK_RUNNING, "callbacks of a fence of the module run", null, drains));
        }
        int deferred = module.context().deferredPending();
        if (deferred > 0) {
            stuck.add(new Pin(
                    Pin.Kind.CALLBACK_RUNNING, "deferred callback of the driver runs or is due", null, deferred));
        }
        int strays = ledger.straysRunning();
        if (strays > 0) {
            stuck.add(new Pin(
                    Pin.Kind.CALLBACK_RUNNING, "callback of the driver's runs or is due elsewhere", null, strays));
        }
        return drains + " callback lists and " + (deferred + strays) + " deferred callbacks go on";
    }

    /**
     * Every read section that found the old ops has ended after the second grace period. Only a wait op is called
     * outside one; a thread that is to call it was counted inside, so after the grace period all are, and none comes
     * after them.
     */
    private @Nullable String entomb() {
        dependents = ledger.dependents();
        module.context().cancelDeferred();
        entombed = ledger.entomb(Tombstone.layer(module.tombstones()));
        if (entombed > 0) {
            module.bury();
            if (!synchronizeWithin(policy.stepTimeoutNs())) {
                stuck.add(new Pin(Pin.Kind.GRACE_PERIOD, "a read section does not end", null, 1));
                return "a read section with the old ops does not end";
            }
        }
        if (!await(() -> ledger.waitsRunning() == 0, policy.stepTimeoutNs())) {
            int waits = ledger.waitsRunning();
            stuck.add(new Pin(Pin.Kind.CALLBACK_RUNNING, "wait op of the driver runs or is due", null, waits));
            return waits + " waits in the driver's own op go on";
        }
        return null;
    }

    private @Nullable String close() {
        module.detach();
        return null;
    }

    private @Nullable String collect() {
        futile = module.watch().hurry(policy.effort(), policy.collectTimeoutNs());
        return futile;
    }

    /** How far it came, and what is in the way. */
    private @Nullable String report() {
        module.threads().adopt();
        LoaderProof proof = new LoaderProof(module, stuck);
        module.threads().awaitNoneLeft(Math.min(LEAVING_NS, policy.stepTimeoutNs()));
        ModuleState reached = ModuleState.CLOSED;
        if (policy.collectTimeoutNs() > 0) {
            reached = proof.judge(futile);
            module.enter(reached);
        }
        pins = proof.pins(reached, futile);
        List<String> unattributed = module.threads().unattributed();
        return unattributed.isEmpty()
                ? null
                : unattributed.size() + " threads began meanwhile that may be the module's or anybody's: "
                        + String.join(", ", unattributed.subList(0, Math.min(NAMED, unattributed.size())));
    }

    private static boolean await(BooleanSupplier condition, long timeoutNs) {
        return Uninterruptibly.within(timeoutNs, condition, new BackoffIdleStrategy(0, 0, 10_000, 1_000_000));
    }

    private List<Pin> severed() {
        List<Pin> severed = new ArrayList<>(listeners);
        severed.addAll(needed());
        return severed;
    }

    private UnloadCertificate certificate(boolean refused, ModuleState reached, List<Pin> found) {
        return new UnloadCertificate(
                module.info().name(),
                refused,
                !refused && !dependents.isEmpty(),
                reached,
                soFarNs,
                steps,
                ledger.created(),
                ledger.signaled(),
                byPolicy,
                ledger.unsignaledCount(),
                ledger.detached(),
                dependents.stream().filter(entry -> entry.fence().isSignaled()).count(),
                entombed,
                module.tombstones().count(),
                module.context().deferredRun(),
                reached == ModuleState.COLLECTED,
                module.watch().cycles(),
                found,
                refused ? List.of() : severed(),
                null);
    }
}
