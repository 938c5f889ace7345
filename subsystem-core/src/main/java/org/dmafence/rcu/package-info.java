/**
 * Read-copy-update: readers that never block or write shared memory, and updaters that wait until every reader who
 * might still see the old state has left.
 *
 * <p>The fence core reads a driver's callback table only inside a read section. A thread that takes that table away
 * (signalling, detaching, unloading a driver) waits for a <em>grace period</em> before the driver may go. Mirrors the
 * behaviour of {@code include/linux/rcupdate.h}, {@code kernel/rcu/tree.c}, {@code tree_exp.h}, {@code tree_stall.h}
 * and {@code srcutree.c}; the algorithm is closer to user-space RCU with {@code membarrier(2)}.
 *
 * <p>Start from {@link org.dmafence.rcu.RcuDomain}:
 * <pre>{@code
 * RcuReader r = domain.reader();          // one per thread, kept
 * long token = r.lock();
 * try {
 *     FenceOps ops = reference.dereference();
 *     ...                                  // use it; do not block, do not keep it
 * } finally {
 *     r.unlock(token);
 * }
 *
 * FenceOps old = reference.replace(null);  // updater: unpublish,
 * domain.synchronize();                    // wait for a grace period,
 * dispose(old);                            // nobody can see it any more
 * }</pre>
 *
 * <p><b>Thread roles.</b> A <em>reader</em> is any thread between {@code lock} and {@code unlock}; it must not wait
 * for an updater. An <em>updater</em> is any thread that calls {@code synchronize}, {@code barrier} or {@code defer};
 * the first two may block and are refused inside a section. The <em>callback thread</em> (or the agent that the
 * embedder drives) runs what was deferred. There is no writer lock: updaters of one structure exclude each other by
 * that structure's own lock.
 *
 * <p><b>Guarantee.</b> If a section sees anything from before an unpublish, it ends before a grace period that started
 * after the unpublish ends. If it ends after such a grace period, it began after the unpublish and sees it. Everything
 * a section did happens before the grace period's end.
 *
 * <p>{@link org.dmafence.rcu.SleepableRcuDomain} is the flavour whose readers may block, at the price of two shared
 * atomic updates for each section.
 */
@NullMarked
package org.dmafence.rcu;

import org.jspecify.annotations.NullMarked;
