/**
 * The fence: a promise of completion that travels, and outlives its maker.
 *
 * <p>Mirrors {@code drivers/dma-buf/dma-fence.c} and {@code include/linux/dma-fence.h} of Linux 7.2. Start with
 * {@link org.dmafence.fence.DmaFence}, the end that may be waited on, and {@link org.dmafence.fence.FenceContext}, the
 * end that may signal.
 *
 * <h2>Who may do what</h2>
 *
 * <p>Every method of this package may be called from any thread, platform or virtual, unless its description says
 * otherwise. Signalling, polling and callbacks run on whatever thread causes them: there is no thread of our own in
 * here, but for the one on which {@link org.dmafence.fence.FenceTask} learns of forgotten tasks. What belongs to the
 * issuer (its {@link org.dmafence.fence.FenceOps} and whatever those carry) is reached only inside an RCU read section
 * and is dropped when the fence signals, unless the ops implement {@code wait} or {@code release}.
 *
 * <h2>What may run where</h2>
 *
 * <table>
 *   <caption>Foreign code and the locks held around it</caption>
 *   <tr><th>code</th><th>runs</th><th>may block</th><th>may re-enter the same fence</th></tr>
 *   <tr><td>{@code enableSignaling}</td><td>in a read section, external lock held, once per fence</td><td>no</td><td>yes</td></tr>
 *   <tr><td>{@code signaled}, names, {@code setDeadline}, {@code release}</td><td>in a read section</td><td>no</td><td>yes</td></tr>
 *   <tr><td>{@code waitTimeout}</td><td>outside any section</td><td>yes</td><td>yes</td></tr>
 *   <tr><td>callbacks</td><td>no lock of the core held; the caller's external lock if it used a {@code Locked} call</td>
 *   <td>survived, reported</td><td>yes</td></tr>
 * </table>
 *
 * <p>Foreign code that throws is caught and reported to the runtime's {@link org.dmafence.fence.FenceReporter}; it
 * never changes what the core does next. Deliberate departures from the kernel are listed in {@code docs/}.
 */
@NullMarked
package org.dmafence.fence;

import org.jspecify.annotations.NullMarked;
