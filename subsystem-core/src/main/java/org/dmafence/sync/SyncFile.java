package org.dmafence.sync;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.fence.container.FenceMerge;
import org.dmafence.fence.container.FenceUnwrap;
import org.jspecify.annotations.Nullable;

/**
 * A fence to hand out: what another program, or another part of this one, gets to wait for. Kernel counterpart:
 * {@code struct sync_file}.
 *
 * <p>Every method may be called from any thread and none blocks. A file is good until it is closed: from then on
 * whatever needs its fence throws {@link IllegalStateException}. The fence lives on for others.
 *
 * <p><b>Errors.</b> What files are merged into keeps the first error, unless they were created with {@link
 * ErrorPolicy#KERNEL}. {@link #pollInfo} tells of an error as soon as one fence has signalled with it.
 */
public final class SyncFile implements AutoCloseable {
    /** How long names are at most, in files and of their fences: the kernel's 32 bytes with their end. */
    public static final int MAX_NAME = 31;

    private final DmaFence fence;
    private final String userName;
    private final ErrorPolicy policy;

    /**
     * What waits for the fence through this file. Guarded by this, as is {@link #closed}; never held over foreign code.
     */
    private final Set<Listening> waiting = new HashSet<>();

    private boolean closed;

    private SyncFile(DmaFence fence, String userName, ErrorPolicy policy) {
        this.fence = fence;
        this.userName = userName;
        this.policy = policy;
    }

    /** A file over a fence, of which it takes a reference of its own; keeps the first error. */
    public static SyncFile create(DmaFence fence) {
        return create(fence, ErrorPolicy.KEEP_FIRST);
    }

    /** As {@link #create(DmaFence)} with a policy for errors, which files merged from it inherit. */
    public static SyncFile create(DmaFence fence, ErrorPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return new SyncFile(fence.retain(), "", policy);
    }

    /**
     * A file that signals when both have. Polls. Kernel counterpart: {@code SYNC_IOC_MERGE}.
     *
     * @param name of the new file, of which {@value #MAX_NAME} characters count; empty for the automatic name
     */
    public SyncFile merge(String name, SyncFile other) {
        String newName = truncated(name);
        DmaFence mine = fence();
        try {
            DmaFence others = other.fence();
            try {
                return new SyncFile(FenceMerge.merge(List.of(mine, others), policy), newName, policy);
            } finally {
                others.release();
            }
        } finally {
            mine.release();
        }
    }

    /** The fence, with a reference for the caller. Kernel counterpart: {@code sync_file_get_fence()}. */
    public synchronized DmaFence fence() {
        checkOpen();
        return fence.retain();
    }

    /**
     * The name it was merged under, or else one made of the fence's names and numbers as they are now; at most {@value
     * #MAX_NAME} characters. Kernel counterpart: {@code sync_file_get_name()}.
     */
    public String name() {
        return using(this::nameOf);
    }

    private String nameOf(DmaFence held) {
        if (!userName.isEmpty()) {
            return userName;
        }
        return truncated(held.driverName() + "-" + held.timelineName() + Long.toUnsignedString(held.context()) + "-"
                + held.seqno());
    }

    /**
     * How many fences the file stands for, as {@link #pollInfo} lists them; less than before when a chain lost links.
     */
    public int pollFenceCount() {
        return using(held -> {
            int count = 0;
            try (FenceUnwrap unwrap = FenceUnwrap.of(held)) {
                while (unwrap.next() != null) {
                    count++;
                }
            }
            return count;
        });
    }

    /** What the file and its fences say of themselves; polls. Kernel counterpart: {@code SYNC_IOC_FILE_INFO}. */
    public SyncFileInfo pollInfo() {
        return using(held -> {
            List<SyncFileInfo.Entry> entries = new ArrayList<>();
            FenceError error = null;
            try (FenceUnwrap unwrap = FenceUnwrap.of(held)) {
                for (DmaFence each = unwrap.next(); each != null; each = unwrap.next()) {
                    SyncFileInfo.Entry entry = SyncFileInfo.Entry.poll(each);
                    entries.add(entry);
                    error = error == null ? entry.status().error() : error;
                }
                error = error == null ? unwrap.containerError() : error;
            }
            String name = nameOf(held);
            if (policy == ErrorPolicy.KERNEL) { // which does not poll the container here, and so keeps its name
                return new SyncFileInfo(
                        name, entries.stream().allMatch(e -> e.status().signaled()), error, entries);
            }
            FenceStatus whole = held.pollStatus();
            return new SyncFileInfo(name, whole.signaled(), error == null ? whole.error() : error, entries);
        });
    }

    /**
     * How the fence stands as a whole; polls. Its error shows when it has signalled, that of {@link #pollInfo} before.
     */
    public FenceStatus pollStatus() {
        return using(DmaFence::pollStatus);
    }

    /** What becomes of errors. */
    public ErrorPolicy errorPolicy() {
        return policy;
    }

    /**
     * Tells the issuers by when the fences are wanted, on the runtime's clock. Kernel counterpart: {@code
     * SYNC_IOC_SET_DEADLINE}.
     */
    public void setDeadline(long deadlineNs) {
        using(held -> {
            held.setDeadline(deadlineNs);
            return null;
        });
    }

    /**
     * Whether the fence has signalled, having made sure that it will. Kernel counterpart: {@code poll()} on the file
     * without waiting.
     */
    public boolean poll() {
        return using(held -> {
            held.enableSignaling();
            return held.pollSignaled();
        });
    }

    /**
     * A future of the fence's signalling. Cancelling it takes the callback off the fence; closing the file cancels it.
     *
     * @return completes with the fence's status: success normally, an error as {@link
     *     org.dmafence.fence.FenceErrorException}
     */
    public CompletableFuture<FenceStatus> signaled() {
        return newListening().future;
    }

    /**
     * Tells a listener once: when the fence has signalled, on the thread that signals, or at once on this thread; or
     * that the file was closed first.
     *
     * @return takes the listener back when closed; it is then told nothing any more, unless that is just happening
     */
    public Listening listen(SyncFileListener listener) {
        Objects.requireNonNull(listener, "listener");
        Listening listening = newListening();
        CompletableFuture<FenceStatus> unused =
                listening.future.whenComplete((status, failure) -> tell(listening, listener));
        return listening;
    }

    private Listening newListening() {
        // It has a reference of its own: closing the file must not drop the last one before the callback is off.
        Listening listening = new Listening(HeldFuture.of(fence(), failure -> false));
        boolean added = false;
        try {
            synchronized (this) {
                added = !closed && waiting.add(listening);
            }
        } finally {
            if (!added) {
                listening.future.cancel(false);
            }
        }
        CompletableFuture<FenceStatus> unused = listening.future.whenComplete((status, failure) -> remove(listening));
        return listening;
    }

    private void tell(Listening listening, SyncFileListener listener) {
        if (listening.over) {
            return;
        }
        try {
            if (fence.isSignaled()) {
                listener.onSignaled(fence.status());
            } else {
                listener.onClosed();
            }
        } catch (Throwable e) {
            fence.runtime()
                    .reporter()
                    .report(FenceReporter.Kind.CALLBACK_FAILED, "a listener of " + this + " failed", e);
        }
    }

    /** How many futures and listeners wait through this file; for diagnosis. */
    public synchronized int waiting() {
        return waiting.size();
    }

    private synchronized void remove(Listening listening) {
        waiting.remove(listening);
    }

    /** Releases the fence. Those that still wait through the file are told so. Closing twice does nothing. */
    @Override
    public void close() {
        List<Listening> left;
        synchronized (this) {
            if (closed) {
                return;
            }
            left = List.copyOf(waiting);
            waiting.clear();
            closed = true;
        }
        left.forEach(listening -> listening.future.cancel(false));
        fence.release();
    }

    /** Whether the file was closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    private <R extends @Nullable Object> R using(Function<DmaFence, R> use) {
        DmaFence held = fence();
        try {
            return use.apply(held);
        } finally {
            held.release();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(this + " was closed; keep the file open, or a reference to its fence");
        }
    }

    /** A name as it fits the kernel's array. */
    static String truncated(String name) {
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
    }

    @Override
    public String toString() {
        return "sync_file " + (userName.isEmpty() ? "" : userName + " ") + "over " + fence;
    }

    /** A listener's place at a file. */
    public static final class Listening implements AutoCloseable {
        private final CompletableFuture<FenceStatus> future;
        private volatile boolean over;

        private Listening(CompletableFuture<FenceStatus> future) {
            this.future = future;
        }

        @Override
        public void close() {
            over = true;
            future.cancel(false);
        }
    }
}
