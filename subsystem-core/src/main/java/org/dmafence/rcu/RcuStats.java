package org.dmafence.rcu;

/**
 * What a domain has done so far; a set of racy reads, exact when the domain is quiet.
 *
 * @param gracePeriods grace periods that ended; waiters that shared one count once
 * @param expeditedGracePeriods those of them that were expedited
 * @param callbacksWaiting callbacks deferred and not yet run
 * @param callbacksRun callbacks that have run, failed ones included
 * @param callbacksFailed callbacks that threw
 * @param readers readers registered now
 * @param deadReadersReaped slots taken back from threads that ended and handles that were dropped
 * @param readersDiedInSection those of them that were inside a section
 * @param stalls stall reports made, repetitions included
 */
public record RcuStats(
        long gracePeriods,
        long expeditedGracePeriods,
        long callbacksWaiting,
        long callbacksRun,
        long callbacksFailed,
        int readers,
        long deadReadersReaped,
        long readersDiedInSection,
        long stalls) {}
