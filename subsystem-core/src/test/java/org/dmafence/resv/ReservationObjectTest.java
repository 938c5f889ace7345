package org.dmafence.resv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.resv.ResvFixture.add;
import static org.dmafence.resv.ResvFixture.listed;
import static org.dmafence.resv.ResvFixture.locked;
import static org.dmafence.resv.ResvUsage.BOOKKEEP;
import static org.dmafence.resv.ResvUsage.KERNEL;
import static org.dmafence.resv.ResvUsage.READ;
import static org.dmafence.resv.ResvUsage.WRITE;

import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.container.FenceArray;
import org.dmafence.resv.ResvFixture.Mock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservationObjectTest {
    private final ResvFixture fixture = new ResvFixture();
    private final ReservationObject object = fixture.kernelObject();

    @Test
    void shouldAnswerWhatIsAsStrongWhenAskedForAUsage() {
        add(object, BOOKKEEP, fixture.fence(4, 1));
        add(object, READ, fixture.fence(3, 1));
        add(object, WRITE, fixture.fence(2, 1));
        add(object, KERNEL, fixture.fence(1, 1));

        assertThat(listed(object, KERNEL)).containsExactly("f1.1 KERNEL");
        assertThat(listed(object, WRITE)).containsExactly("f2.1 WRITE", "f1.1 KERNEL");
        assertThat(ResvFixture.seen(object, READ)).containsExactly("f3.1 READ", "f2.1 WRITE", "f1.1 KERNEL");
        assertThat(ResvFixture.seen(object, BOOKKEEP)).hasSize(4);
    }

    @Test
    void shouldAskReadersOfAWriterAndWritersOfAReader() {
        assertThat(ResvUsage.forAccess(true)).isEqualTo(READ);
        assertThat(ResvUsage.forAccess(false)).isEqualTo(WRITE);
    }

    @ParameterizedTest
    @CsvSource({
        "BOOKKEEP, READ, 2, f1.2 READ",
        "READ, READ, 2, f1.2 READ",
        "READ, KERNEL, 9, f1.9 KERNEL",
        "WRITE, READ, 2, f1.1 WRITE;f1.2 READ",
        "READ, READ, 0, f1.1 READ;f1.0 READ",
        "READ, READ, 4294967295, f1.1 READ;f1.4294967295 READ",
    })
    void shouldTakeTheSlotWhenOfTheSameContextAndNotWeakerNorOlder(
            ResvUsage had, ResvUsage added, long seqno, String expected) {
        add(object, had, fixture.fence(1, 1));
        add(object, added, fixture.fence(1, seqno));

        assertThat(listed(object)).containsExactly(expected.split(";"));
    }

    @Test
    void shouldTakeTheFirstSlotThatHasSignaledWhenAdding() {
        DmaFence first = fixture.fence(1, 1);
        add(object, READ, first, fixture.fence(2, 1));
        fixture.signal(first);
        add(object, WRITE, fixture.fence(3, 1));

        assertThat(listed(object)).containsExactly("f3.1 WRITE", "f2.1 READ");
        assertThat(first.references()).isEqualTo(1);
    }

    @Test
    void shouldKeepOneReferenceWhenTheSameFenceIsAddedAgain() {
        DmaFence fence = fixture.fence(1, 1);
        add(object, READ, fence);
        add(object, WRITE, fence);

        assertThat(listed(object)).containsExactly("f1.1 WRITE");
        assertThat(fence.references()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "2, 5",
        "4, 5",
        "5, 5",
        "6, 9",
        "8, 9",
        "10, 13",
        "13, 13",
        "14, 21",
        "21, 21",
        "22, 29",
        "30, 61",
        "62," + " 125",
        "126, 253",
        "524285, 524285"
    })
    void shouldFillTheAllocatorsBucket(int wanted, int capacity) {
        assertThat(ResvList.roundUp(wanted)).isEqualTo(capacity);
    }

    @Test
    void shouldDropSignaledFencesOnlyWhenTheListGrows() {
        DmaFence[] fences = {fixture.fence(1, 1), fixture.fence(2, 1), fixture.fence(3, 1), fixture.fence(4, 1)};
        add(object, READ, fences);
        fixture.signal(fences[1]);
        fixture.signal(fences[3]);
        fixture.log.clear();
        fences[1].release();
        fences[3].release();

        locked(object, () -> object.reserve(1)); // 4 + 1 fit into the 5 that 4 were rounded up to
        assertThat(listed(object)).hasSize(4);

        locked(object, () -> object.reserve(2));
        assertThat(listed(object)).containsExactly("f1.1 READ", "f3.1 READ");
        assertThat(fixture.log)
                .containsSubsequence("release f4.1", "release f2.1")
                .containsOnlyOnce("release f2.1", "release f4.1");
    }

    @Test
    void shouldHaveRoomForAllThatWasReserved() {
        locked(object, () -> {
            object.reserve(100);
            for (int i = 0; i < 100; i++) {
                object.add(fixture.fence(i, 1), READ);
            }
        });
        assertThat(listed(object)).hasSize(100);
    }

    @Test
    void shouldReplaceEveryFenceOfAContext() {
        DmaFence old = fixture.fence(1, 2);
        DmaFence replacement = fixture.fence(7, 1);
        add(object, READ, old, fixture.fence(2, 1), fixture.fence(1, 1));
        locked(object, () -> object.replace(1, replacement, BOOKKEEP));

        assertThat(listed(object)).containsExactly("f7.1 BOOKKEEP", "f2.1 READ", "f7.1 BOOKKEEP");
        assertThat(replacement.references()).isEqualTo(3);
        assertThat(old.references()).isEqualTo(1);
    }

    @Test
    void shouldListWhatAnotherHasNotSignaledWhenCopied() {
        ReservationObject other = fixture.kernelObject();
        DmaFence signaled = fixture.fence(1, 1);
        DmaFence kept = fixture.fence(2, 1);
        DmaFence own = fixture.fence(3, 1);
        add(other, WRITE, signaled, kept);
        fixture.signal(signaled);
        add(object, KERNEL, own);
        locked(object, () -> object.copyFrom(other));

        assertThat(listed(object)).containsExactly("f2.1 WRITE");
        assertThat(kept.references()).isEqualTo(3);
        assertThat(own.references()).isEqualTo(1);

        fixture.signal(kept);
        locked(object, () -> object.copyFrom(other));
        assertThat(listed(object)).isEmpty();
    }

    @Test
    void shouldMakeOneFenceOfAllWhenAskedForASingleton() {
        assertThat(object.pollSingleton(BOOKKEEP)).isNull();
        DmaFence first = fixture.fence(1, 1);
        add(object, WRITE, first);
        assertThat(object.pollSingleton(WRITE)).isSameAs(first);
        DmaFence second = fixture.fence(2, 1);
        add(object, READ, second);

        DmaFence both = Objects.requireNonNull(object.pollSingleton(READ), "a singleton");
        assertThat(FenceArray.fencesOf(both)).containsExactly(first, second);
        assertThat(both.seqno()).isEqualTo(1);
        assertThat(object.pollSingleton(WRITE)).isSameAs(first);
        both.enableSignaling();
        fixture.signal(first);
        assertThat(both.isSignaled()).isFalse();
        fixture.signal(second);
        assertThat(both.isSignaled()).isTrue();
        assertThat(object.pollSingleton(READ)).isNull();
    }

    @Test
    void shouldForwardDeadlinesToWhatIsPending() {
        DmaFence done = fixture.fence(1, 1);
        add(object, WRITE, done, fixture.fence(2, 1));
        add(object, READ, fixture.fence(3, 1));
        fixture.signal(done);
        fixture.log.clear();
        object.setDeadline(WRITE, 55);

        assertThat(fixture.log).contains("deadline f2.1 55").doesNotContain("deadline f1.1 55", "deadline f3.1 55");
    }

    @Test
    void shouldDescribeAllButBookkeeping() {
        DmaFence done = fixture.fence(2, 1);
        add(object, READ, fixture.fence(3, 1), done);
        add(object, BOOKKEEP, fixture.fence(4, 1));
        fixture.signal(done);

        assertThat(object.pollDescription())
                .isEqualTo("\tread fence:3:1 tl3 mock unsignalled\n\tread fence:2:1   signalled\n");
    }

    @Test
    void shouldDropAllReferencesWhenClosed() {
        DmaFence fence = fixture.fence(1, 1);
        add(object, WRITE, fence, fixture.fence(2, 1));
        fence.release();
        object.close();
        object.close();

        assertThat(fixture.log).contains("release f1.1").doesNotContain("release f2.1");
        assertThat(object.pollSignaled(BOOKKEEP)).isTrue();
        assertThatThrownBy(() -> locked(object, () -> object.reserve(1)))
                .isInstanceOf(ResvUsageException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void shouldRefuseWhenTheLockIsNotHeld() {
        DmaFence fence = fixture.fence(1, 1);
        for (Runnable call : List.<Runnable>of(
                () -> object.reserve(1),
                () -> object.add(fence, READ),
                () -> object.replace(1, fence, READ),
                () -> object.copyFrom(object),
                () -> object.lockedCursor(READ),
                object::clearErrors)) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(ResvUsageException.class)
                    .hasMessageContaining("without its lock");
        }
        assertThat(fence.references()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAFenceForWhichNothingWasReserved() {
        DmaFence fence = fixture.fence(9, 1);
        assertThatThrownBy(() -> locked(object, () -> object.add(fence, READ)))
                .isInstanceOf(ResvUsageException.class)
                .hasMessageContaining("reserve");
        locked(object, () -> {
            object.reserve(1);
            for (int i = 0; i < 5; i++) {
                object.add(fixture.fence(i, 1), READ);
            }
            assertThatThrownBy(() -> object.add(fence, READ))
                    .isInstanceOf(ResvUsageException.class)
                    .hasMessageContaining("5 slots are full");
        });
        assertThat(fence.references()).isEqualTo(1);
        assertThat(listed(object)).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "524286", "2147483647"})
    void shouldRefuseSenselessReservations(int slots) {
        assertThatThrownBy(() -> locked(object, () -> object.reserve(slots)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(slots));
    }

    @Test
    void shouldReportContainersThatAreAdded() {
        FenceArray array = FenceArray.create(List.of(fixture.fence(1, 1)));
        add(object, READ, array.fence());

        assertThat(fixture.reports).singleElement().asString().contains("container");
        assertThat(object.pollFences(READ)).containsExactly(array.fence());
    }

    @Test
    void shouldRefuseChangesByCallbacksInTheMiddleOfAnother() {
        Mock polled = fixture.mock("polled", 1, 1);
        DmaFence other = fixture.fence(2, 1);
        add(object, READ, polled.fence());
        assertThat(polled.fence().addCallback(FenceCallback.of(fence -> {
                    assertThat(object.pollSignaled(READ)).isTrue();
                    object.reserve(100);
                })))
                .isTrue();
        polled.table().done = true;
        add(object, READ, other); // polls, which signals, which calls back

        assertThat(fixture.reports).singleElement().asString().contains("callbacks may look but not change");
        assertThat(listed(object)).containsExactly("f2.1 READ");
        locked(object, () -> object.reserve(100));
        assertThat(listed(object)).containsExactly("f2.1 READ");
    }

    @Test
    void shouldSurviveAReleaseTooMuch() {
        DmaFence fence = fixture.fence(1, 1);
        add(object, READ, fence, fixture.fence(2, 1));
        fence.release();
        fence.release();

        assertThat(ResvFixture.seen(object, READ)).containsExactly("f2.1 READ");
        assertThat(fixture.reports).anyMatch(report -> report.contains("more references"));
    }
}
