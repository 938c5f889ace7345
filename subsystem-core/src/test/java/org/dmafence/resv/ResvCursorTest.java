package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.resv.ResvFixture.add;
import static org.dmafence.resv.ResvFixture.locked;
import static org.dmafence.resv.ResvFixture.name;
import static org.dmafence.resv.ResvUsage.BOOKKEEP;
import static org.dmafence.resv.ResvUsage.READ;
import static org.dmafence.resv.ResvUsage.WRITE;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepTrial;
import org.dmafence.resv.ResvFixture.Mock;
import org.junit.jupiter.api.Test;

class ResvCursorTest {
    private final ResvFixture fixture = new ResvFixture();
    private final ReservationObject object = fixture.object();

    @Test
    void shouldBeginAgainWhenTheListWasReplaced() {
        DmaFence first = fixture.fence(1, 1);
        add(object, READ, first, fixture.fence(2, 1));
        try (ResvCursor cursor = object.cursor(READ)) {
            assertNext(cursor, "f1.1", true);
            locked(object, () -> object.reserve(50));
            assertNext(cursor, "f1.1", true);
            assertNext(cursor, "f2.1", false);
            assertThat(cursor.next()).isNull();
        }
    }

    @Test
    void shouldRunNoCallbackInAReadSection() {
        List<Boolean> inSection = new ArrayList<>();
        Mock mock = fixture.mock("m", 1, 1);
        mock.fence()
                .addCallback(FenceCallback.of(
                        fence -> inSection.add(fixture.runtime.rcu().isHeld())));
        add(object, READ, mock.fence());
        mock.table().done = true; // the poll finds it, and signals
        assertThat(ResvFixture.seen(object, READ)).isEmpty();
        assertThat(inSection).containsExactly(false);
    }

    @Test
    void shouldSeeTheOtherWithoutBeginningAgainWhenASlotWasReplaced() {
        add(object, READ, fixture.fence(1, 1), fixture.fence(2, 1));
        try (ResvCursor cursor = object.cursor(READ)) {
            assertNext(cursor, "f1.1", true);
            locked(object, () -> object.replace(2, fixture.fence(3, 1), READ));
            assertNext(cursor, "f3.1", false);
        }
    }

    @Test
    void shouldNotLookForWhatWasAddedBehindTheEnd() {
        add(object, READ, fixture.fence(1, 1));
        try (ResvCursor cursor = object.cursor(READ)) {
            assertNext(cursor, "f1.1", true);
            add(object, READ, fixture.fence(2, 1));
            assertThat(cursor.next()).isNull();
            assertThat(cursor.isRestarted()).isFalse();
        }
        assertThat(ResvFixture.seen(object, READ)).hasSize(2);
    }

    @Test
    void shouldFindAnEmptyObjectEmpty() {
        try (ResvCursor cursor = object.cursor(BOOKKEEP)) {
            assertThat(cursor.next()).isNull();
            add(object, READ, fixture.fence(1, 1));
            assertNext(cursor, "f1.1", true);
        }
    }

    @Test
    void shouldPollEveryFenceWhateverItStandsFor() {
        Mock write = fixture.mock("w", 1, 1);
        Mock bookkeep = fixture.mock("b", 2, 1);
        add(object, WRITE, write.fence());
        add(object, BOOKKEEP, bookkeep.fence());
        fixture.log.clear();
        write.table().done = true;
        bookkeep.table().done = true;

        assertThat(ResvFixture.seen(object, WRITE)).isEmpty();
        assertThat(fixture.log).containsExactly("poll w", "poll b");
        assertThat(bookkeep.fence().isSignaled()).isTrue();
    }

    @Test
    void shouldHoldAReferenceToWhatItAnsweredUntilTheNextStep() {
        DmaFence first = fixture.fence(1, 1);
        DmaFence second = fixture.fence(2, 1);
        add(object, READ, first, second);
        try (ResvCursor cursor = object.cursor(READ)) {
            assertNext(cursor, "f1.1", true);
            assertThat(first.references()).isEqualTo(3);
            assertNext(cursor, "f2.1", false);
            assertThat(first.references()).isEqualTo(2);
            assertThat(second.references()).isEqualTo(3);
        }
        assertThat(second.references()).isEqualTo(2);
    }

    @Test
    void shouldNotAnswerAFenceThatLeftWhileItWasLookedAt() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    Mock first = fixture.mock("first", 1, 1);
                    add(object, READ, first.fence(), fixture.fence(2, 1));
                    boolean[] replaced = new boolean[1];
                    first.table().onPoll = () -> {
                        if (!replaced[0]) { // the poll of the cursor, not the one that reserving makes
                            replaced[0] = true;
                            first.table().done = true;
                            locked(object, () -> object.reserve(50));
                        }
                    };
                    try (ResvCursor cursor = object.cursor(READ)) {
                        assertNext(cursor, "f2.1", true);
                        assertThat(cursor.next()).isNull();
                    }
                    assertThat(first.fence().references()).isEqualTo(1);
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(LockdepReport.Kind.BLOCKING_IN_READ_SECTION);
    }

    @Test
    void shouldAnswerWhatIsThereNowWhenCollectedAcrossARestart() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    DmaFence first = fixture.fence(1, 1);
                    Mock second = fixture.mock("second", 2, 1);
                    add(object, READ, first, second.fence());
                    boolean[] moved = new boolean[1];
                    second.table().onPoll = () -> {
                        if (!moved[0]) {
                            moved[0] = true;
                            fixture.signal(first);
                            locked(object, () -> object.reserve(50));
                        }
                    };
                    List<DmaFence> fences = object.pollFences(READ);

                    assertThat(fences).containsExactly(second.fence());
                    assertThat(first.references()).isEqualTo(1);
                    assertThat(second.fence().references()).isEqualTo(3);
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(LockdepReport.Kind.BLOCKING_IN_READ_SECTION);
    }

    private static void assertNext(ResvCursor cursor, String expected, boolean restarted) {
        assertThat(name(Objects.requireNonNull(cursor.next(), "a fence"))).isEqualTo(expected);
        assertThat(cursor.isRestarted()).isEqualTo(restarted);
    }
}
