package org.example.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepTrial;
import org.dmafence.testkit.VirtualCpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time is virtual, and lockdep watches. */
class ScreenTest {
    private static final Duration BUDGET = Duration.ofMillis(16);

    private final VirtualCpu cpu = VirtualCpu.create();
    private final FenceContext renderer =
            FenceContext.builder(cpu.runtime()).name("renderer").build();
    private final DmaFence frame = renderer.newFence(new Renderer(), 1);
    private final Screen screen = new Screen();

    @AfterEach
    void close() {
        cpu.close();
    }

    @Test
    void shouldShowAFrameThatIsRenderedInTime() {
        screen.watch(frame);
        cpu.after(TimeUnit.MILLISECONDS.toNanos(10), () -> renderer.signal(frame));

        assertTrue(screen.show(frame, BUDGET));

        assertEquals(1, screen.rendered());
        assertEquals(1, screen.shown());
        System.out.println("rendered after 10 ms: shown at " + now());
    }

    @Test
    void shouldKeepTheLastFrameWhenTheNewOneIsLate() {
        cpu.after(TimeUnit.MINUTES.toNanos(1), () -> renderer.signal(frame));

        assertFalse(screen.show(frame, BUDGET));

        assertEquals(0, screen.shown());
        System.out.println("rendered after a minute: given up at " + now() + ", and no minute passed here");
    }

    @Test
    void shouldBeToldThatWaitingUnderTheLockMayDeadlock() throws Exception {
        List<LockdepReport> reports = LockdepTrial.run(() -> {
            screen.watch(frame);
            boolean unused = screen.showUnderLock(frame, Duration.ZERO); // nothing hangs: it does not wait at all
            renderer.signal(frame);
        });

        assertFalse(reports.isEmpty());
        System.out.println("lockdep: " + reports.get(0).summary()); // text() has the stacks as well
        for (LockdepReport.Link link : reports.get(0).circle()) {
            System.out.println("  " + link.from().what() + " -> " + link.to().what() + ", at " + placeOf(link.to()));
        }
    }

    /** The line of ours that did it. */
    private static String placeOf(LockdepReport.Place place) {
        return place.stack().stream()
                .filter(frame -> frame.getClassName().equals(Screen.class.getName()))
                .filter(frame -> !frame.getMethodName().equals("locked"))
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .findFirst()
                .orElse("no line of ours");
    }

    private String now() {
        return TimeUnit.NANOSECONDS.toMillis(cpu.clock().nanoTime()) + " ms";
    }

    private static final class Renderer extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "example";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "renderer";
        }
    }
}
