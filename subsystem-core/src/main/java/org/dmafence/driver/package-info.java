/**
 * What a driver implements and what it is given: the only package of ours that a driver's jar must know besides
 * {@link org.dmafence.fence}.
 *
 * <p>Mirrors what {@code struct module}, {@code module_init}, {@code module_exit} and the backend ops of
 * {@code drm_gpu_scheduler} are to a kernel driver. Start with {@link org.dmafence.driver.DriverProvider}, which the
 * jar names in {@code META-INF/services}; it makes a {@link org.dmafence.driver.DriverModule}, which opens
 * {@link org.dmafence.driver.HardwareRing}s.
 *
 * <p>Driver code runs on its callers' threads: a ring is driven by one engine at a time, fences are polled,
 * enabled and released by anybody.
 */
@NullMarked
package org.dmafence.driver;

import org.jspecify.annotations.NullMarked;
