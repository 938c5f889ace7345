package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.junit.jupiter.api.Test;

/** The first snippet of the guide. */
class FenceSnippetTest {
    @Test
    void shouldDoWhatTheGuideSays() {
        FenceContext context = FenceContext.create("my-timeline");
        DmaFence fence = context.newFence(new MyOps(), 1); // the first fence of this timeline

        fence.addCallback(FenceCallback.of(f -> System.out.println("done: " + f.status())));
        context.signal(fence); // only the context can

        assertThat(fence.status()).hasToString("signaled");
    }
}
