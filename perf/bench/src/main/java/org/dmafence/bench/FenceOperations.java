package org.dmafence.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;

/**
 * What fences do all day. Each in its own class, and so compiled for itself; the peers are in
 * {@link PromiseOperations}.
 */
final class FenceOperations {
    private FenceOperations() {}

    /** Counts; one object per fence, as each fence needs its own. */
    private static final class Count extends FenceCallback {
        private final Operation counter;

        Count(Operation counter) {
            this.counter = counter;
        }

        @Override
        protected void onSignaled(DmaFence fence) {
            counter.seen++;
        }
    }

    /** A timeline of its own. */
    private abstract static class Timeline extends Operation {
        final FenceContext context = FenceContext.create("bench");
        final BenchOps ops = new BenchOps();
        long seqno;
    }

    /** Create, add a callback, signal; the fence looks at the clock. */
    static final class CallbackSignal extends Timeline {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                DmaFence fence = context.newFence(ops, ++seqno);
                place[0] = fence;
                fence.addCallback(new Count(this));
                context.signal(fence);
            }
        }
    }

    /** The same with a time that the signaller knows. */
    static final class CallbackSignalAt extends Timeline {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                DmaFence fence = context.newFence(ops, ++seqno);
                place[0] = fence;
                fence.addCallback(new Count(this));
                context.signalAt(fence, seqno);
            }
        }
    }

    /** The same with a callback that is there from the start. */
    static final class CallbackAtCreation extends Timeline {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                DmaFence fence = context.newFence(ops, ++seqno, new Count(this));
                place[0] = fence;
                context.signalAt(fence, seqno);
            }
        }
    }

    /** Nobody is interested. */
    static final class SignalAt extends Timeline {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                DmaFence fence = context.newFence(ops, ++seqno);
                place[0] = fence;
                context.signalAt(fence, seqno);
            }
        }
    }

    /** Many are interested; one operation is the whole life of one fence. */
    static final class ManyCallbacks extends Timeline {
        private final int callbacks;

        ManyCallbacks(int callbacks) {
            this.callbacks = callbacks;
        }

        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                DmaFence fence = context.newFence(ops, ++seqno);
                place[0] = fence;
                for (int k = 0; k < callbacks; k++) {
                    fence.addCallback(new Count(this));
                }
                context.signal(fence);
            }
        }
    }

    /** Many fences of a timeline, each with a callback, are signalled by one call; making them does not count. */
    static final class Batch extends Timeline {
        private final int size;
        private List<List<DmaFence>> batches = List.of();

        Batch(int size) {
            this.size = size;
        }

        @Override
        void prepare(int times) {
            batches = new ArrayList<>(times);
            for (int i = 0; i < times; i++) {
                List<DmaFence> fences = new ArrayList<>(size);
                for (int k = 0; k < size; k++) {
                    fences.add(context.newFence(ops, ++seqno, new Count(this)));
                }
                batches.add(fences);
            }
        }

        @Override
        void run(int times) {
            for (List<DmaFence> fences : batches) {
                context.signalAllAt(fences, context.runtime().clock().nanoTime());
            }
        }
    }

    /** Many fences of a timeline from their making to the one call that signals them. */
    static final class BatchAdding extends Timeline {
        private final DmaFence[] fences;
        private final List<DmaFence> list;

        BatchAdding(int size) {
            fences = new DmaFence[size];
            list = Arrays.asList(fences);
            escaped = fences;
        }

        @Override
        void run(int times) {
            for (int i = 0; i < times; i++) {
                for (int k = 0; k < fences.length; k++) {
                    DmaFence fence = context.newFence(ops, ++seqno);
                    fences[k] = fence;
                    fence.addCallback(new Count(this));
                }
                context.signalAllAt(list, context.runtime().clock().nanoTime());
            }
        }
    }

    /** The fences of a job: two of the scheduler's and the hardware's, whose callback signals the second. */
    static final class JobFences extends Timeline {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                DmaFence scheduled = context.newFence(ops, ++seqno);
                DmaFence finished = context.newFence(ops, ++seqno);
                DmaFence hardware = context.newFence(ops, ++seqno, new Count(this));
                place[0] = scheduled;
                place[0] = finished;
                place[0] = hardware;
                context.signalAt(scheduled, seqno);
                context.signalAt(hardware, seqno);
                context.signalAt(finished, seqno);
            }
        }
    }

    /** A look at a fence that has signalled. */
    static final class IsSignaled extends Timeline {
        private final DmaFence fence = context.newFence(ops, 0);

        IsSignaled() {
            context.signal(fence);
        }

        @Override
        void run(int times) {
            DmaFence looked = fence;
            long sum = 0;
            for (int i = 0; i < times; i++) {
                sum += looked.isSignaled() ? 1 : 0;
            }
            seen += sum;
        }
    }

    /** A look at one that has not. */
    static final class IsNotSignaled extends Timeline {
        private final DmaFence fence = context.newFence(ops, 0);

        @Override
        void run(int times) {
            DmaFence looked = fence;
            long sum = 0;
            for (int i = 0; i < times; i++) {
                sum += looked.isSignaled() ? 1 : 0;
            }
            seen += sum;
        }
    }
}
