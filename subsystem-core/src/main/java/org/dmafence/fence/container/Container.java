package org.dmafence.fence.container;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/**
 * What arrays and chains have in common: they are the ops of their fence (one object and one step less for each of a
 * million links), signal it when no callback is running any more, and know how deep they are nested.
 */
abstract sealed class Container extends FenceOps permits FenceArray, ChainLink {
    static final String TIMELINE = "unbound";

    final FenceContext context;
    final ErrorPolicy policy;

    /** How many containers are inside each other at most, this one included; earlier points of a chain do not count. */
    final int height;

    Container(FenceContext context, ErrorPolicy policy, int height) {
        super(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.RELEASE, Op.SET_DEADLINE);
        this.context = context;
        this.policy = policy;
        this.height = height;
    }

    /** The container that a fence is the promise of; {@code null} for any other fence, and for a freed one. */
    static @Nullable Container at(DmaFence fence) {
        return at(fence, Container.class);
    }

    /**
     * The same for one kind. Being ops, a container can be put under a fence that is not its own; that one is nobody's.
     */
    static <C extends Container> @Nullable C at(DmaFence fence, Class<C> kind) {
        C container = fence.opsAs(kind);
        return container != null && container.fence() == fence ? container : null;
    }

    static int heightOf(@Nullable DmaFence fence) {
        Container container = fence == null ? null : at(fence);
        return container == null ? 0 : container.height;
    }

    /** The promise. */
    public abstract DmaFence fence();

    /** What becomes of errors. */
    public ErrorPolicy errorPolicy() {
        return policy;
    }

    /** Puts callbacks where they are needed; false if there is nothing left to wait for. */
    abstract boolean arm();

    /** Whether there is nothing left to wait for; polls, and has recorded the error when it answers true. */
    abstract boolean pollComplete();

    /** Notes that a fence with a callback has signalled; whether the container may have got complete by that. */
    abstract boolean ended(DmaFence member);

    /** Puts a callback that has run on the next fence; false if there is nothing left to wait for. */
    abstract boolean rearm(Member callback);

    /** Drops the references to what is inside. */
    abstract void releaseMembers();

    /** What a container asks of those inside it. */
    enum Purpose {
        ENABLE,
        POLL,
        DEADLINE,
        RELEASE
    }

    /** The fences inside that would be asked for something, in the order of asking. */
    abstract Iterable<DmaFence> inside(Purpose purpose);

    /** Passes a deadline on to those inside that {@link Nesting} does not take care of. */
    abstract void forwardDeadline(long deadlineNs);

    @Override
    protected final String timelineName(DmaFence fence) {
        return TIMELINE;
    }

    private void checkOwn(DmaFence fence) {
        if (fence != fence()) {
            throw new IllegalArgumentException(fence + " was made with the ops of " + fence() + "; give it its own");
        }
    }

    @Override
    protected final boolean enableSignaling(DmaFence fence) {
        checkOwn(fence);
        if (Nesting.isDeep(this)) {
            Nesting.enableInside(this);
        }
        return arm();
    }

    @Override
    protected final boolean signaled(DmaFence fence) {
        checkOwn(fence);
        return Nesting.isDeep(this) ? Nesting.poll(this) : pollComplete();
    }

    @Override
    protected final void setDeadline(DmaFence fence, long deadlineNs) {
        checkOwn(fence);
        forwardDeadline(deadlineNs);
        if (Nesting.isDeep(this)) {
            Nesting.forwardDeadlineInside(this, deadlineNs);
        }
    }

    @Override
    protected final void release(DmaFence fence) {
        checkOwn(fence);
        if (Nesting.isDeep(this)) {
            Nesting.releaseMembers(this);
        } else {
            releaseMembers();
        }
    }

    /**
     * A container's callback on one of its fences, with a reference to the container. What follows is put off until no
     * callback runs on the thread, as the kernel puts it off to {@code irq_work}: a million links would be a million
     * frames.
     */
    static final class Member extends FenceCallback {
        private final Container container;

        Member(Container container) {
            this.container = container;
        }

        @Override
        protected void onSignaled(DmaFence member) {
            if (container.ended(member)) {
                defer(member); // keeps the reference
                container.releaseMember(member);
            } else {
                container.fence().release();
            }
        }

        @Override
        protected void onDeferred() {
            boolean waiting = false;
            try {
                waiting = rearm();
                if (!waiting) {
                    container.context.signal(container.fence());
                }
            } finally {
                if (!waiting) {
                    container.fence().release();
                }
            }
        }

        private boolean rearm() {
            try {
                return container.rearm(this);
            } catch (RuntimeException | Error e) {
                // A fence that can't be asked, as one of a module that is gone: nobody would ever come back here.
                container.context.signal(container.fence(), FenceError.ofThrown(e));
                throw e;
            }
        }
    }

    /** The callback's own reference to its fence, if it has one. */
    void releaseMember(DmaFence member) {}
}
