package org.dmafence.uapi;

import org.jspecify.annotations.Nullable;

/**
 * The requests of {@code linux/sync_file.h} and of sw_sync, with their structures. Numbers are those of x86-64.
 */
public final class SyncIoctl {
    /** {@code SYNC_IOC_MERGE}, with {@link Merge}. */
    public static final int MERGE = 0xC0303E03;

    /** {@code SYNC_IOC_FILE_INFO}, with {@link FileInfo}. */
    public static final int FILE_INFO = 0xC0383E04;

    /** {@code SYNC_IOC_SET_DEADLINE}, with {@link SetDeadline}. */
    public static final int SET_DEADLINE = 0x40103E05;

    /** {@code SW_SYNC_IOC_CREATE_FENCE}, with {@link CreateFence}. */
    public static final int SW_SYNC_CREATE_FENCE = 0xC0285700;

    /** {@code SW_SYNC_IOC_INC}, with an {@link Integer} of 32 bits without a sign. */
    public static final int SW_SYNC_INC = 0x40045701;

    /** {@code SW_SYNC_GET_DEADLINE}, with {@link GetDeadline}. */
    public static final int SW_SYNC_GET_DEADLINE = 0xC0105702;

    private SyncIoctl() {}

    /** {@code struct sync_merge_data}. */
    public static final class Merge {
        /** In: of the new file; {@code null} stands for a bad address. */
        public @Nullable String name = "";

        /** In: the other file. */
        public int fd2;

        /** Out: the new file. */
        public int fence;

        /** In: 0. */
        public int flags;

        /** In: 0. */
        public int pad;
    }

    /** {@code struct sync_file_info}. */
    public static final class FileInfo {
        /** Out. */
        public String name = "";

        /** Out: 0 active, 1 signalled, negative an error. */
        public int status;

        /** In: 0. */
        public int flags;

        /** In: room for how many, 0 to ask without them. Out: how many there are. */
        public int numFences;

        /** In: 0. */
        public int pad;

        /** Out: what is written there, at least as many as there are. */
        public FenceInfo @Nullable [] fences;
    }

    /** {@code struct sync_fence_info}. */
    public static final class FenceInfo {
        /** The timeline's name. */
        public String objName = "";

        /** The driver's name. */
        public String driverName = "";

        /** 0 active, 1 signalled, negative an error. */
        public int status;

        /** When it signalled; 0 if it has not. */
        public long timestampNs;
    }

    /** {@code struct sync_set_deadline}. */
    public static final class SetDeadline {
        /** In: on the runtime's clock. */
        public long deadlineNs;

        /** In: 0. */
        public long pad;
    }

    /** {@code struct sw_sync_create_fence_data}. */
    public static final class CreateFence {
        /** In: 32 bits without a sign. */
        public int value;

        /** In, and ignored as in the kernel. */
        public String name = "";

        /** Out: the new file. */
        public int fence;
    }

    /** {@code struct sw_sync_get_deadline}. */
    public static final class GetDeadline {
        /** In: 0. Out: the soonest deadline. */
        public long deadlineNs;

        /** In: 0. */
        public int pad;

        /** In: the file of a fence. */
        public int fenceFd;
    }
}
