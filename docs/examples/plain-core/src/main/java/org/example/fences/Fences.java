package org.example.fences;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.container.FenceMerge;

/** Makes fences, waits for them, merges them. No actors, no driver. */
public final class Fences {
    private Fences() {}

    public static void main(String[] args) throws InterruptedException {
        FenceContext timeline = FenceContext.create("copies"); // whoever has it may signal
        DmaFence first = timeline.newFence(new Copier(), 1); // whoever has these may wait
        DmaFence second = timeline.newFence(new Copier(), 2);
        DmaFence both = FenceMerge.merge(first, second);
        System.out.println("copy 1: " + first.status() + ", copy 2: " + second.status());

        first.addCallback(FenceCallback.of(fence -> System.out.println("the callback: copy 1 " + fence.status())));
        CompletableFuture<Void> copier = CompletableFuture.runAsync(() -> {
            timeline.signal(first);
            timeline.signal(second, FenceError.EIO);
        });
        if (!both.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the copies are late");
        }
        copier.join();

        System.out.println("copy 1: " + first.status() + ", copy 2: " + second.status());
        System.out.println("both:   " + both.status());
        timeline.signal(first, FenceError.EIO); // a fence signals once; this changes nothing
        System.out.println("copy 1 after a second signal: " + first.status());
        System.out.println("what copy 1 keeps of its issuer: " + (first.isDetached() ? "nothing" : "its ops"));
    }

    /** What the fences call back: two names here, and nothing that would keep an issuer in memory. */
    private static final class Copier extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "copier";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "copies";
        }
    }
}
