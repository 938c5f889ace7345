/**
 * A driver for real devices: each ring is a queue with a Vulkan timeline semaphore, a job is a submission to the queue,
 * and its fence signals when the device has raised the semaphore to the fence's sequence number.
 *
 * <p>A timeline semaphore is what a fence context is: 64 bits, monotonic, signalled by the device or the host, and it
 * may be waited for before its signal is submitted. So nothing is translated here but the way in and the way back. The
 * interrupt is a thread of the device's that waits in {@code vkWaitSemaphores} for whatever comes next; it looks at the
 * counters and signals all that they have reached. A lost interrupt is found by {@code advance} and by polls.
 *
 * <p>What a device does can't be ended: {@code kill} and time-outs end fences, not work. So the driver says what is
 * {@linkplain org.dmafence.driver.DriverModule#busy() busy}, and is unloaded when it is not, or by force with the
 * device left behind.
 *
 * <p>The Vulkan functions come from LWJGL, whose classes and JNI library belong to the driver's class loader and go
 * with it. No thread of the host's may use LWJGL's thread-local stack, or its thread would keep the driver.
 *
 * <p>Start with {@link org.dmafence.vulkan.VulkanDriver} and {@link org.dmafence.vulkan.VulkanRing}. Locks, from the
 * outer to the inner: none while fences signal; a ring's lock; a queue's lock, beneath which only Vulkan is called.
 */
@NullMarked
package org.dmafence.vulkan;

import org.jspecify.annotations.NullMarked;
