package org.dmafence.module;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
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
final class Unload {
    private final LoadedModule module;
    private final UnloadPolicy policy;
    private final boolean callExit;
    private final FenceLedger ledger;
    private final RcuDomain rcu;
    private final long beganNs = System.nanoTime();
    private final List<UnloadCertificate.Step> steps = new ArrayList<>();
    private final List<Pin> stuck = new ArrayList<>();

    private List<Entry> dependents = List.of();
    private long byPolicy;
    private int entombed;
    private int gcCycles;

    Unload(LoadedModule module, UnloadPolicy policy, boolean callExit) {
        this.module = module;
        this.policy = policy;
        this.callExit = callExit;
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
        if (!dependents.isEmpty() && !policy.force()) {
            module.close(false);
            module.enter(ModuleState.LIVE);
            return certificate(true, ModuleState.LIVE, pinsOf(dependents));
        }
        if (callExit) {
            step("exit", this::exit);
        }
        step("threads", this::endThreads);
        step("issuer death", this::signalRest);
        if (ledger.unsignaledCount() == 0) {
            module.enter(ModuleState.DRAINED);
        }
        step("grace period", this::gracePeriod);
        step("callbacks", this::callbacks);
        if (stuck.isEmpty() && ledger.unsignaledCount() == 0) {
            module.enter(ModuleState.QUIESCENT);
        }
        step("entomb", this::entomb);
        step("close", this::close);
        module.enter(ModuleState.CLOSED);
        if (policy.collectTimeoutNs() > 0) {
            step("collect", this::collect);
            module.enter(module.watch().isCollected() ? ModuleState.COLLECTED : ModuleState.PINNED);
        }
        List<Pin> pins = module.state() == ModuleState.COLLECTED ? List.of() : pinsLeft();
        module.threads().dissolve();
        return certificate(false, module.state(), pins);
    }

    private void step(String name, Supplier<@Nullable String> body) {
        long start = System.nanoTime();
        String problem;
        try {
            problem = body.get();
        } catch (RuntimeException | Error e) {
            problem = "failed: " + DriverFailure.of(e).getMessage();
        }
        steps.add(new UnloadCertificate.Step(name, start - beganNs, System.nanoTime() - start, problem));
    }

    /** Lets fences complete by themselves. Some issuers signal only what they were asked to, so they are asked. */
    private @Nullable String drain() {
        if (ledger.unsignaledCount() == 0) {
            return null;
        }
        if (policy.drainTimeoutNs() > 0) {
            module.context().newThread("drain", this::enableAll).start();
            await(() -> ledger.unsignaledCount() == 0, policy.drainTimeoutNs());
        }
        int left = ledger.unsignaledCount();
        return left == 0 ? null : left + " did not complete within " + Durations.text(policy.drainTimeoutNs());
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
        dependents = ledger.dependents();
        boolean forgettable =
                dependents.stream().anyMatch(entry -> entry.fence().isSignaled());
        if (forgettable && !policy.force()) {
            dependents = List.of(); // nor may we keep them
            System.gc();
            dependents = ledger.dependents();
        }
        return dependents.isEmpty() ? null : dependents.size() + " fences need the module";
    }

    private @Nullable String exit() {
        try {
            module.exit(policy.stepTimeoutNs());
            return null;
        } catch (DriverFailure e) {
            return e.getMessage();
        }
    }

    private @Nullable String endThreads() {
        module.context().revoke();
        module.threads().interrupt();
        return module.threads().awaitEnd(policy.stepTimeoutNs()) ? null : "threads of the module go on";
    }

    /** On a thread of its own, because callbacks run in it; a callback that hangs costs a time-out, not the other fences. */
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
            if (!rcu.synchronizeWithin(policy.stepTimeoutNs())) {
                problem = "a read section does not end";
            } else if (!rcu.barrierWithin(policy.stepTimeoutNs())) {
                return "callbacks of the RCU domain were still running after " + Durations.text(policy.stepTimeoutNs());
            }
        } catch (RcuUsageException e) {
            problem = e.getMessage(); // whoever unloads is in the way himself
        }
        if (problem != null) {
            stuck.add(new Pin(Pin.Kind.GRACE_PERIOD, problem, null, 1));
        }
        return problem;
    }

    private @Nullable String callbacks() {
        boolean quiet = await(
                () -> ledger.drainsRunning() <= 0 && module.context().deferredPending() == 0, policy.stepTimeoutNs());
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
        return drains + " callback lists and " + deferred + " deferred callbacks go on";
    }

    /** Whoever entered a read section with the old ops has left it after the second grace period. */
    private @Nullable String entomb() {
        dependents = ledger.dependents();
        module.context().dropDeferred();
        entombed = ledger.entomb(Tombstone.layer(module.tombstones()));
        if (entombed == 0) {
            return null;
        }
        module.bury();
        module.calls().run("grace-period", policy.stepTimeoutNs(), rcu::synchronize);
        return null;
    }

    private @Nullable String close() {
        module.detach();
        return null;
    }

    private @Nullable String collect() {
        gcCycles = module.watch().hurry(policy.collectTimeoutNs());
        return null;
    }

    private List<Pin> pinsLeft() {
        List<Pin> pins = new ArrayList<>(stuck);
        pins.addAll(pinsOf(ledger.unsignaled()));
        pins.addAll(module.threads().pins());
        if (module.state() == ModuleState.PINNED) {
            pins.add(new Pin(
                    Pin.Kind.LOADER_REACHABLE,
                    pins.isEmpty()
                            ? "something refers to an object of the driver's: a static field, a thread local, a listener, an"
                                    + " exception that was kept; a heap dump shows the path to the loader"
                            : "because of the above, or of something that only a heap dump shows",
                    null,
                    1));
        }
        return pins;
    }

    /** Fences grouped by what they keep and where they were made. */
    private static List<Pin> pinsOf(List<Entry> entries) {
        Map<String, Pin> groups = new TreeMap<>();
        for (Entry entry : entries) {
            if (!entry.fence().isSignaled()) {
                add(groups, Pin.Kind.FENCE_UNSIGNALED, "fence that has not signalled", entry.site());
            }
            if (entry.ops() != null) {
                add(groups, Pin.Kind.FENCE_OPS, "fence with ops " + entry.ops(), entry.site());
            }
            if (entry.lock()) {
                add(groups, Pin.Kind.FENCE_LOCK, "fence with a lock in the driver's memory", entry.site());
            }
        }
        return List.copyOf(groups.values());
    }

    private static void add(Map<String, Pin> groups, Pin.Kind kind, String what, String site) {
        Pin one = new Pin(kind, what, site.isEmpty() ? null : site, 1);
        groups.merge(kind + what + site, one, (a, b) -> new Pin(kind, what, a.site(), a.count() + b.count()));
    }

    private static boolean await(BooleanSupplier condition, long timeoutNs) {
        long deadline = System.nanoTime() + timeoutNs;
        boolean interrupted = false;
        boolean met = condition.getAsBoolean();
        for (long pauseNs = 10_000;
                !met && System.nanoTime() - deadline < 0;
                pauseNs = Math.min(pauseNs * 2, 1_000_000)) {
            LockSupport.parkNanos(pauseNs);
            interrupted |= Thread.interrupted(); // parking does not block with the status set
            met = condition.getAsBoolean();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return met;
    }

    private UnloadCertificate certificate(boolean refused, ModuleState reached, List<Pin> pins) {
        return new UnloadCertificate(
                module.info().name(),
                refused,
                !refused && !dependents.isEmpty(),
                reached,
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
                gcCycles,
                pins,
                refused ? List.of() : pinsOf(dependents));
    }
}
