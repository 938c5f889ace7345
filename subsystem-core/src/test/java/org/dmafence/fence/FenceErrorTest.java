package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FenceErrorTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;

    @Test
    void shouldHideAnErrorUntilTheFenceSignals() {
        DmaFence fence = fixture.fence();
        context.setError(fence, FenceError.EIO);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.ACTIVE).hasToString("active");
        assertThat(fence.errno()).as("for diagnosis").isEqualTo(-5);
        context.signal(fence);
        assertThat(fence.pollStatus())
                .isEqualTo(new FenceStatus(true, FenceError.EIO))
                .hasToString("-EIO");
        assertThat(fence.pollStatus().isError()).isTrue();
        assertThat(FenceStatus.OK).hasToString("signaled");
    }

    @Test
    void shouldReplaceAnEarlierError() {
        DmaFence fence = fixture.fence();
        context.setError(fence, FenceError.EIO);
        context.signal(fence, FenceError.ECANCELED);
        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldReportAnErrorSetTooLateAndStoreIt() {
        DmaFence fence = fixture.fence();
        context.signal(fence);
        context.setError(fence, FenceError.EIO);
        assertThat(fixture.reports.kinds()).containsExactly(Kind.WARN);
        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.EIO);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 4095, -4096, -100_000})
    void shouldReportANumberThatIsNoErrnoAndStoreIt(int errno) {
        DmaFence fence = fixture.fence();
        context.setErrno(fence, errno);
        assertThat(fixture.reports.kinds()).containsExactly(Kind.WARN);
        assertThat(fence.errno()).isEqualTo(errno);
        context.signal(fence);
        assertThat(fence.pollStatus().isError()).isEqualTo(errno != 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -5, -125, -512, -4095})
    void shouldKeepEveryErrno(int errno) {
        DmaFence fence = fixture.fence();
        context.setErrno(fence, errno);
        context.signal(fence);
        assertThat(fence.errno()).isEqualTo(errno);
        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.of(errno));
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldNotLetAnErrorTouchTheFlags() {
        DmaFence fence = context.newFence64(TestOps.with(), 1);
        context.testAndSetUserBit(fence, 2);
        context.setErrno(fence, -4095);
        context.setErrno(fence, -1);
        assertThat(fence.isSignaled()).isFalse();
        assertThat(fence.isSignalingEnabled()).isFalse();
        assertThat(fence.isFreed()).isFalse();
        assertThat(fence.isSeqno64()).isTrue();
        assertThat(fence.userBit(2)).isTrue();
        assertThat(fence.userBit(1)).isFalse();
        assertThat(fence.addCallback(FenceCallback.of(f -> {}))).isTrue();
    }

    @Test
    void shouldNameErrorsBothWays() {
        assertThat(FenceError.of(-125)).isSameAs(FenceError.ECANCELED);
        assertThat(FenceError.of(125)).isSameAs(FenceError.ECANCELED);
        assertThat(FenceError.named("-ecanceled")).isSameAs(FenceError.ECANCELED);
        assertThat(FenceError.named("EIO")).isSameAs(FenceError.EIO);
        assertThat(FenceError.ETIME.errno()).isEqualTo(-62);
        assertThat(FenceError.ETIME.name()).isEqualTo("ETIME");
        assertThat(FenceError.of(77)).hasToString("-E77").isEqualTo(FenceError.of(-77));
        assertThat(FenceError.of(77).hashCode()).isEqualTo(FenceError.of(-77).hashCode());
        assertThatThrownBy(() -> FenceError.named("EWHAT"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("EWHAT")
                .hasMessageContaining("ECANCELED");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4096, -4096, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void shouldRefuseNumbersOutsideTheKernels(int errno) {
        assertThatThrownBy(() -> FenceError.of(errno)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepTheErrorInAnExceptionThatTravels() throws IOException, ClassNotFoundException {
        FenceErrorException error = new FenceErrorException("job 7", FenceError.ETIME);
        FenceWaitException wait = new FenceWaitException(fixture.fence(), FenceError.EDEADLK);
        assertThat(copied(error).error()).isEqualTo(FenceError.ETIME);
        assertThat(copied(wait).error()).isEqualTo(FenceError.EDEADLK);
        assertThat(error).hasMessage("job 7 ended with -ETIME");
    }

    @SuppressWarnings({"unchecked", "BanSerializableRead"})
    private static <T> T copied(T object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
