package org.dmafence.uapi;

import org.jspecify.annotations.Nullable;

/** The requests and structures of {@code drm/drm.h} that deal with syncobjs. Numbers are those of x86-64. */
public final class SyncobjIoctl {
    /** {@code DRM_IOCTL_GET_CAP}, with {@link GetCap}. */
    public static final int GET_CAP = 0xC010640C;

    /** With {@link Create}. */
    public static final int CREATE = 0xC00864BF;

    /** With {@link Destroy}. */
    public static final int DESTROY = 0xC00864C0;

    /** With {@link Handle}. */
    public static final int HANDLE_TO_FD = 0xC01864C1;

    /** With {@link Handle}. */
    public static final int FD_TO_HANDLE = 0xC01864C2;

    /** With {@link Wait}. */
    public static final int WAIT = 0xC02864C3;

    /** With {@link Array}. */
    public static final int RESET = 0xC01064C4;

    /** With {@link Array}. */
    public static final int SIGNAL = 0xC01064C5;

    /** With {@link TimelineWait}. */
    public static final int TIMELINE_WAIT = 0xC03064CA;

    /** With {@link TimelineArray}. */
    public static final int QUERY = 0xC01864CB;

    /** With {@link Transfer}. */
    public static final int TRANSFER = 0xC02064CC;

    /** With {@link TimelineArray}. */
    public static final int TIMELINE_SIGNAL = 0xC01864CD;

    /** With {@link Eventfd}. */
    public static final int EVENTFD = 0xC01864CF;

    /** {@code DRM_CAP_SYNCOBJ}. */
    public static final long CAP_SYNCOBJ = 0x13;

    /** {@code DRM_CAP_SYNCOBJ_TIMELINE}. */
    public static final long CAP_SYNCOBJ_TIMELINE = 0x14;

    /** Of CREATE. */
    public static final int CREATE_SIGNALED = 1;

    /** Of HANDLE_TO_FD. */
    public static final int HANDLE_TO_FD_EXPORT_SYNC_FILE = 1;

    /** Of HANDLE_TO_FD. */
    public static final int HANDLE_TO_FD_TIMELINE = 2;

    /** Of FD_TO_HANDLE. */
    public static final int FD_TO_HANDLE_IMPORT_SYNC_FILE = 1;

    /** Of FD_TO_HANDLE. */
    public static final int FD_TO_HANDLE_TIMELINE = 2;

    /** Of WAIT and TIMELINE_WAIT. */
    public static final int WAIT_ALL = 1;

    /** Of WAIT, TIMELINE_WAIT and TRANSFER. */
    public static final int WAIT_FOR_SUBMIT = 2;

    /** Of TIMELINE_WAIT and EVENTFD. */
    public static final int WAIT_AVAILABLE = 4;

    /** Of WAIT and TIMELINE_WAIT. */
    public static final int WAIT_DEADLINE = 8;

    /** Of QUERY. */
    public static final int QUERY_LAST_SUBMITTED = 1;

    private SyncobjIoctl() {}

    /** {@code struct drm_get_cap}. */
    public static final class GetCap {
        /** In. */
        public long capability;

        /** Out. */
        public long value;
    }

    /** {@code struct drm_syncobj_create}. */
    public static final class Create {
        /** Out. */
        public int handle;

        /** In. */
        public int flags;
    }

    /** {@code struct drm_syncobj_destroy}. */
    public static final class Destroy {
        /** In. */
        public int handle;

        /** In: 0. */
        public int pad;
    }

    /** {@code struct drm_syncobj_handle}. */
    public static final class Handle {
        /** In; out where an object comes in. */
        public int handle;

        /** In. */
        public int flags;

        /** In; out where something goes out. */
        public int fd;

        /** In: 0. */
        public int pad;

        /** In: counts with the timeline flag only. */
        public long point;
    }

    /** {@code struct drm_syncobj_transfer}. */
    public static final class Transfer {
        /** In. */
        public int srcHandle;

        /** In. */
        public int dstHandle;

        /** In. */
        public long srcPoint;

        /** In: 0 replaces what is there. */
        public long dstPoint;

        /** In. */
        public int flags;

        /** In: 0. */
        public int pad;
    }

    /** {@code struct drm_syncobj_wait}. */
    public static class Wait {
        /** In; {@code null} stands for a bad address. */
        public int @Nullable [] handles;

        /** In: until when, on the runtime's clock; 0, and the past, to look only. */
        public long timeoutNs;

        /** In: how many of the handles. */
        public int countHandles;

        /** In. */
        public int flags;

        /** Out, if the wait succeeded: the index of the first that was signalled, all ones for none. */
        public int firstSignaled;

        /** In, and ignored as in the kernel. */
        public int pad;

        /** In: counts with the deadline flag only. */
        public long deadlineNs;
    }

    /** {@code struct drm_syncobj_timeline_wait}. */
    public static final class TimelineWait extends Wait {
        /** In; {@code null} for all 0. */
        public long @Nullable [] points;
    }

    /** {@code struct drm_syncobj_array}. */
    public static final class Array {
        /** In; {@code null} stands for a bad address. */
        public int @Nullable [] handles;

        /** In: how many of the handles. */
        public int countHandles;

        /** In: 0. */
        public int pad;
    }

    /** {@code struct drm_syncobj_timeline_array}. */
    public static final class TimelineArray {
        /** In; {@code null} stands for a bad address. */
        public int @Nullable [] handles;

        /** In, out of a query; {@code null} for all 0, and a bad address in a query. */
        public long @Nullable [] points;

        /** In: how many of the handles. */
        public int countHandles;

        /** In. */
        public int flags;
    }

    /** {@code struct drm_syncobj_eventfd}. */
    public static final class Eventfd {
        /** In. */
        public int handle;

        /** In. */
        public int flags;

        /** In. */
        public long point;

        /** In. */
        public int fd;

        /** In: 0. */
        public int pad;
    }
}
