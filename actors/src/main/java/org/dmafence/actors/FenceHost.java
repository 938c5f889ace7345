package org.dmafence.actors;

import org.dmafence.actors.inbox.Quiescence;
import org.dmafence.fence.FenceRuntime;

/**
 * What the actors of one subsystem share.
 *
 * @param runtime of the fences
 * @param settings read once
 * @param quiescence of all inboxes
 * @param clock wakes engines
 * @param schedulers the threads of all schedulers
 * @param clients the threads of clients' code
 */
record FenceHost(
        FenceRuntime runtime,
        Settings settings,
        Quiescence quiescence,
        HardwareClock clock,
        AgentThreads schedulers,
        ClientThreads clients) {}
