package org.dmafence.sched;

/**
 * What a fence knows of its job's scheduler: its name, and which one it is, without leading to it. The kernel's fences
 * dereference the scheduler for their name and force it to outlive them.
 */
final class SchedulerIdentity {
    final String name;

    SchedulerIdentity(String name) {
        this.name = name;
    }
}
