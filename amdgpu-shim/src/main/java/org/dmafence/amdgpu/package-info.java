/**
 * The amdgpu driver's fences: the ring fence with its fallback timer, as it is today and as the fence series wants it,
 * and the four other kinds of fence this driver issues.
 *
 * <p>Mirrors {@code drivers/gpu/drm/amd/amdgpu/amdgpu_fence.c}, {@code amdgpu_userq_fence.c},
 * {@code amdgpu_eviction_fence.c}, {@code amdgpu_amdkfd_fence.c} and {@code amdgpu_tlb_fence.c} of Linux 7.2. Start
 * with {@link org.dmafence.amdgpu.FenceDriver}, where ring fences are emitted and signalled, and its {@link
 * org.dmafence.amdgpu.RingFence} table.
 *
 * <p>The jar holds two drivers. {@code amdgpu} issues every kind. {@code amdgpu-independent} issues ring fences only,
 * without {@code release} and without the ring's lock, as a patch of the series that was not merged does: signalled
 * fences then refer to nothing here, and the module can go while they live. All else is the same code, so that the two
 * can be compared.
 *
 * <h2>Threads</h2>
 *
 * <p>The ring's engine emits, retires and runs the timer; anybody enables, polls, waits and releases; kill comes from
 * anywhere. The thread that takes a fence out of its slot signals it, with no lock held but the ring's external one,
 * which the core takes.
 */
@NullMarked
package org.dmafence.amdgpu;

import org.jspecify.annotations.NullMarked;
