package org.dmafence.uapi;

/**
 * The requests of {@code linux/dma-buf.h} that deal with fences, with their structures. Numbers are those of x86-64.
 */
public final class DmaBufIoctl {
    /** {@code DMA_BUF_IOCTL_EXPORT_SYNC_FILE}, with {@link SyncFileRequest}. */
    public static final int EXPORT_SYNC_FILE = 0xC0086202;

    /** {@code DMA_BUF_IOCTL_IMPORT_SYNC_FILE}, with {@link SyncFileRequest}. */
    public static final int IMPORT_SYNC_FILE = 0x40086203;

    /** {@code DMA_BUF_SYNC_READ}. */
    public static final int SYNC_READ = 1;

    /** {@code DMA_BUF_SYNC_WRITE}. */
    public static final int SYNC_WRITE = 2;

    private DmaBufIoctl() {}

    /** {@code struct dma_buf_export_sync_file} and {@code struct dma_buf_import_sync_file}. */
    public static final class SyncFileRequest {
        /** In: {@link #SYNC_READ}, {@link #SYNC_WRITE}, or both. */
        public int flags;

        /** The file: out of an export, in to an import. */
        public int fd;
    }
}
