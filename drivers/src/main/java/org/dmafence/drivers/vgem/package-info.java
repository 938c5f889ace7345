/**
 * The virtual GEM driver: fences that user space attaches to buffers and signals by hand, and that end by themselves
 * after ten seconds, so that nobody can hang the machine with them. Mirrors {@code drivers/gpu/drm/vgem/vgem_fence.c}.
 *
 * <p>Its fences have a {@code release} op, which deletes the timer: they never detach, and keep the module loaded as
 * long as they exist. That made vgem the first driver to show what unloading under live fences does.
 *
 * <p>Start with {@link org.dmafence.drivers.vgem.VgemDriver}; {@link org.dmafence.drivers.vgem.VgemFences} is an open
 * device file with its ioctls. Any thread may call everything; time passes when somebody calls {@code advance}.
 */
@NullMarked
package org.dmafence.drivers.vgem;

import org.jspecify.annotations.NullMarked;
