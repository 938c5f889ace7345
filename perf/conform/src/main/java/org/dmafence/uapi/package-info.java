/**
 * The subsystem as user space of Linux meets it: numeric file descriptors, ioctls with their request structures, and
 * errno results. For conformance runs and for the kernel's own user-space test suites; Java programs use the typed
 * objects of {@code org.dmafence.sync} and {@code org.dmafence.resv} instead, where an error is an exception and not a
 * number.
 *
 * <p>Mirrors the {@code ioctl}, {@code poll} and {@code release} entry points of {@code drivers/dma-buf/sync_file.c},
 * {@code sw_sync.c}, {@code dma-buf.c} and {@code drivers/gpu/drm/drm_syncobj.c}: the checks are those of Linux 7.2, in
 * its order, since a caller can tell the order from which error it gets.
 *
 * <p>Start with {@link org.dmafence.uapi.FileTable}, the file descriptors of a process, and
 * {@link org.dmafence.uapi.OpenFile}, what stands behind one: each kind of file is a subclass that answers the ioctls
 * of its kind. Request structures are mutable objects with public fields, as in the kernel's headers. Results are 0 or
 * a positive number, or one of {@link org.dmafence.uapi.Errno}.
 *
 * <p>Every call may be made from any thread. As in the kernel a file stays open while a call is under way in it, though
 * another thread closes its last descriptor meanwhile; what the last close does runs on the thread that drops the last
 * reference, without any lock of this package.
 */
@NullMarked
package org.dmafence.uapi;

import org.jspecify.annotations.NullMarked;
