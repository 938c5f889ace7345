package org.dmafence.conform;

import java.util.ArrayDeque;

/**
 * The kernel's workers on one CPU, as far as the scheduler has its work done there: one that takes the work of the
 * CPU's own queue and one for that of unbound queues. Each works until its queue is empty; the one that was woken first
 * goes first.
 */
final class KernelWorkers {
    private final World world;
    private final Worker ofCpu = new Worker("kworker/0:1");
    private final Worker unbound = new Worker("kworker/u1:0");

    private KernelWorkers(World world) {
        this.world = world;
    }

    /** The workers of a scenario. */
    static KernelWorkers of(World world) {
        KernelWorkers known = world.find(KernelWorkers.class, "");
        if (known != null) {
            return known;
        }
        KernelWorkers made = new KernelWorkers(world);
        world.put("", made);
        return made;
    }

    void queueOnCpu(Runnable work) {
        ofCpu.queue(work);
    }

    void queueUnbound(Runnable work) {
        unbound.queue(work);
    }

    private final class Worker {
        private final String name;
        private final ArrayDeque<Runnable> list = new ArrayDeque<>();
        private boolean awake;

        Worker(String name) {
            this.name = name;
        }

        void queue(Runnable work) {
            list.addLast(work);
            if (!awake) {
                awake = true;
                world.cpu().start(name, this::work);
            }
        }

        private void work() {
            for (Runnable next = list.pollFirst(); next != null; next = list.pollFirst()) {
                next.run();
            }
            awake = false;
        }
    }
}
