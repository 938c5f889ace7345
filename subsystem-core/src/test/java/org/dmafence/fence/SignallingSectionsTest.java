package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code dma_fence_begin_signalling()} and its relatives; checking is a switch of the process, so it is put back. */
class SignallingSectionsTest {
    private final List<String> found = new ArrayList<>();

    @AfterEach
    void off() {
        SignallingSections.check(null);
    }

    @Test
    void shouldCostNothingAndFindNothingWhileOff() {
        boolean cookie = SignallingSections.begin();
        assertThat(cookie).as("as without lockdep").isTrue();
        assertThat(SignallingSections.inside()).isFalse();
        SignallingSections.mightWait("a wait");
        SignallingSections.end(cookie);
        assertThat(found).isEmpty();
    }

    @Test
    void shouldNestByCookies() {
        SignallingSections.check(found::add);
        boolean outer = SignallingSections.begin();
        boolean inner = SignallingSections.begin();
        assertThat(outer).isFalse();
        assertThat(inner).isTrue();
        SignallingSections.end(inner);
        assertThat(SignallingSections.inside()).as("the outer section goes on").isTrue();
        SignallingSections.end(outer);
        assertThat(SignallingSections.inside()).isFalse();
    }

    @Test
    void shouldReportAWaitInsideASectionOnly() {
        SignallingSections.check(found::add);
        SignallingSections.mightWait("outside");
        boolean cookie = SignallingSections.begin();
        SignallingSections.mightWait("the wait");
        SignallingSections.end(cookie);
        SignallingSections.mightWait("outside again");
        assertThat(found)
                .singleElement()
                .asString()
                .startsWith("the wait on thread ")
                .contains("signalling section");
    }

    @Test
    void shouldBelongToTheThread() {
        SignallingSections.check(found::add);
        boolean cookie = SignallingSections.begin();
        FenceFixture.join(FenceFixture.fork("other", () -> {
            assertThat(SignallingSections.inside()).isFalse();
            SignallingSections.mightWait("elsewhere");
        }));
        SignallingSections.end(cookie);
        assertThat(found).isEmpty();
    }

    @Test
    void shouldLeaveNoSectionBehindWhenCheckingIsSwitchedMeanwhile() {
        boolean before = SignallingSections.begin();
        SignallingSections.check(found::add);
        SignallingSections.end(before);
        assertThat(SignallingSections.inside()).isFalse();
        boolean during = SignallingSections.begin();
        SignallingSections.check(null);
        SignallingSections.end(during);
        SignallingSections.check(found::add);
        assertThat(SignallingSections.inside()).isFalse();
    }
}
