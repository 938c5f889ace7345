package org.dmafence.stress.protocol;

/**
 * The steps of a fence against those of its driver's unloading. The actors stay with each test: jcstress finds those
 * alone that the annotated class itself declares.
 */
public abstract class StepsAgainstUnload extends Race {
    protected final Protocol fence;

    protected StepsAgainstUnload(Protocol fence) {
        this.fence = fence;
    }

    @Override
    public final int right() {
        return fence.unload();
    }
}
