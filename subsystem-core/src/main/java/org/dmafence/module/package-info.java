/**
 * Driver modules: loaded from jars, unloaded while their fences live on, with proof.
 *
 * <p>Mirrors {@code kernel/module/main.c} and what the kernel asks of a driver that issues fences before it may go.
 * Start with {@link org.dmafence.module.Modules}, which loads; {@link org.dmafence.module.LoadedModule#rmmod} unloads
 * and answers with an {@link org.dmafence.module.UnloadCertificate}.
 *
 * <h2>The order of unloading</h2>
 *
 * <ol>
 *   <li><b>going</b>: no new fences, rings or jobs. State GOING.
 *   <li><b>drain</b>: fences complete by themselves, for as long as the policy gives them.
 *   <li><b>check</b>: fences that keep the driver's ops (wait or release), or a lock in its memory, need the module,
 *       signalled or not, until they are released; so does work that nobody can stop, such as a device's, which has the
 *       rest of the time to drain to end. Without force the unloading is refused here: the kernel, too,
 *       refuses before the driver's exit and never after it. Everything is reopened and the state is LIVE again;
 *       nothing has happened to any fence.
 *   <li><b>exit</b>: the rings are shut, calls that are inside them waited for; then the driver's exit, once, on a
 *       thread of its own. No way back from here.
 *   <li><b>threads</b>: those made for the module are interrupted and waited for.
 *   <li><b>listeners</b>: trace listeners, the lockdep reporter and callbacks on fences of others are taken out of our
 *       lists.
 *   <li><b>issuer death</b>: what has not signalled gets the policy's error. State DRAINED.
 *   <li><b>grace period</b>, then <b>callbacks</b>: nobody is inside an op, a callback of the module's fences or a
 *       deferred call. State QUIESCENT.
 *   <li><b>entomb</b>: by force only: fences that kept ops get tombstones, locks forget their owner, and another grace
 *       period passes. Waits in the driver's own op, which are called outside read sections and counted, are waited
 *       for.
 *   <li><b>close</b>: our references are dropped, the name is free. State CLOSED.
 *   <li><b>collect</b>: the loader is gone, or a collection that would have taken it has left it, or the JVM did not
 *       collect.
 *   <li><b>report</b>: threads that live on are looked for and pins named. State COLLECTED, LEAKED, PINNED or UNPROVEN.
 * </ol>
 *
 * <p>A step that fails or runs out of its time is noted in the certificate and the next one follows. A module whose
 * read sections or callbacks do not end skips the states it has not earned and ends PINNED; no driver code is called
 * after
 * <b>exit</b> except by those who were inside, and by fences that had not been entombed yet.
 *
 * <h2>Threads</h2>
 *
 * <p>Driver code is called by us on short-lived daemon threads named {@code dmafence-<module>-<call>}, so that the
 * caller's time is bounded and thread locals that the driver sets do not stay behind in the caller's thread; their
 * context class loader is the core's. Rings are the exception: a ring runs on its engine's thread, made by {@link
 * org.dmafence.module.LoadedModule#newEngineThread}, in whose group the threads that it makes are found. Those that ops
 * and deferred calls make on threads that all drivers share can't be attributed: they don't keep a module from
 * COLLECTED, and <b>report</b> names them as anybody's. Those made on a thread of the host's, or by a library of the
 * host's, are the host's, and virtual ones are found by their frames only.
 *
 * <h2>What does not pin</h2>
 *
 * <p>Nothing in here keeps a driver's object, class or exception: failures are copied to text, rings are revoked, jars
 * are read into memory, and the protection domain of a driver's classes does not refer to the loader. Fences made
 * through the driver's context, or by its code in any other, are tracked; what a driver hides elsewhere in the process,
 * in a static field of another library or in a thread local of an engine's thread, ends in a certificate that says
 * PINNED. So does, for as long as it runs, one call of a compiled method into which the virtual machine has inlined
 * driver code: a loop that polls a ring for ever should call a method to do so.
 */
@NullMarked
package org.dmafence.module;

import org.jspecify.annotations.NullMarked;
