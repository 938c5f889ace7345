/**
 * The deterministic mode, for tests of code that uses fences: threads that run one at a time, and time that passes only
 * when all of them sleep. Start with {@link org.dmafence.testkit.VirtualCpu}.
 *
 * <pre>{@code
 * try (VirtualCpu cpu = VirtualCpu.create()) {
 *     FenceContext context = FenceContext.builder(cpu.runtime()).build();
 *     DmaFence fence = context.newFence(ops, 1);
 *     VirtualTask waiter = cpu.start("waiter", () -> fence.awaitUninterruptibly(1, TimeUnit.HOURS));
 *     cpu.after(5_000_000, () -> context.signal(fence));
 *     cpu.advanceNs(5_000_000); // takes no real time
 *     assertThat(waiter.isDone()).isTrue();
 * }
 * }</pre>
 *
 * <p>The real classes run, not models of them: what makes the difference is the runtime's clock and
 * {@linkplain org.dmafence.fence.Parking parking}. Each simulated thread is a real one that holds the only permission
 * to run, so interrupts, thread locals and stack traces are what they always are. It mirrors a kernel on one CPU
 * without preemption: a thread runs until it sleeps.
 */
@NullMarked
package org.dmafence.testkit;

import org.jspecify.annotations.NullMarked;
