/**
 * Generic drivers and the simulated hardware beneath them; a plug-in jar, loaded and unloaded like any other driver.
 *
 * <p>Start with {@link org.dmafence.drivers.SimulatedRing}: a ring whose jobs take time, hang and fail as they are
 * told, and from which the shims of i915 and amdgpu are made too. A driver adds how its fences are made and how they
 * are signalled; most keep them in {@link org.dmafence.drivers.RingSlots} in between, or extend
 * {@link org.dmafence.drivers.OneByOneRing}. {@link org.dmafence.drivers.SimulatedDriver} is the module around such
 * rings, {@link org.dmafence.drivers.DriverTimers} what it has for timers.
 *
 * <p>Threads: an engine drives a ring, one call at a time; killing a ring, polling, enabling and releasing fences come
 * from anywhere. Nothing here has a thread of its own: time passes when {@code advance} is called.
 */
@NullMarked
package org.dmafence.drivers;

import org.jspecify.annotations.NullMarked;
