package org.dmafence.module;

import java.util.function.UnaryOperator;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.ModuleGoneException;

/**
 * What a fence gets instead of the ops it could not drop, when their module is unloaded by force. In the kernel the
 * fence would keep a pointer into freed code; this makes the stale call visible: it is recorded, and the caller gets a
 * {@link ModuleGoneException}. Implements the ops that kept the table attached, so that the same calls fail as would
 * have there.
 */
final class Tombstone extends FenceOps {
    private final TombstoneRecord record;

    private Tombstone(TombstoneRecord record, Op... implemented) {
        super(implemented);
        this.record = record;
    }

    /** Makes tombstones for one module; ops that implement the same get the same one. */
    static UnaryOperator<FenceOps> layer(TombstoneRecord record) {
        Tombstone plain = new Tombstone(record);
        Tombstone waiting = new Tombstone(record, Op.WAIT);
        Tombstone releasing = new Tombstone(record, Op.RELEASE);
        Tombstone both = new Tombstone(record, Op.WAIT, Op.RELEASE);
        return ops -> {
            if (ops.has(Op.WAIT)) {
                return ops.has(Op.RELEASE) ? both : waiting;
            }
            return ops.has(Op.RELEASE) ? releasing : plain;
        };
    }

    @Override
    protected String driverName(DmaFence fence) {
        throw gone("driverName", fence);
    }

    @Override
    protected String timelineName(DmaFence fence) {
        throw gone("timelineName", fence);
    }

    @Override
    protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
        throw gone("waitTimeout", fence);
    }

    @Override
    protected void release(DmaFence fence) {
        throw gone("release", fence);
    }

    private ModuleGoneException gone(String op, DmaFence fence) {
        String text = fence.toString();
        record.add(op, text, fence.runtime().clock().nanoTime());
        return new ModuleGoneException(record.module(), op, text);
    }
}
