package org.dmafence.stress;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dmafence.stress.broken.BarrierForgotten;
import org.dmafence.stress.broken.CallbacksUnderTheSpinBit;
import org.dmafence.stress.broken.DetachBeforeTestAndSet;
import org.dmafence.stress.broken.DetachWithoutNullTests;
import org.dmafence.stress.broken.EndWithoutClaim;
import org.dmafence.stress.broken.ErrorAfterSignal;
import org.dmafence.stress.broken.FlagAndTablePlain;
import org.dmafence.stress.broken.FlagBeforeTable;
import org.dmafence.stress.broken.HolderAndWaitersApart;
import org.dmafence.stress.broken.NoGracePeriod;
import org.dmafence.stress.broken.NoGracePeriodOnTheClass;
import org.dmafence.stress.broken.PayloadClearedBeforeOps;
import org.dmafence.stress.broken.ReleaseOutsideRcu;
import org.dmafence.stress.broken.StartWithoutFence;
import org.dmafence.stress.broken.WaitWithoutPinning;
import org.dmafence.stress.container.ChainCollect;
import org.dmafence.stress.container.MergeAgainst;
import org.dmafence.stress.fence.AddCallbackAgainstSignal;
import org.dmafence.stress.fence.EnableSignalingAgainstSignal;
import org.dmafence.stress.fence.NamesAgainstDetach;
import org.dmafence.stress.fence.RemoveCallbackAgainstSignal;
import org.dmafence.stress.protocol.DeadlineAgainstUnload;
import org.dmafence.stress.protocol.DoneAgainstRecall;
import org.dmafence.stress.protocol.HeldAgainstStart;
import org.dmafence.stress.protocol.NamesAgainstUnload;
import org.dmafence.stress.protocol.PollAgainstSignal;
import org.dmafence.stress.protocol.PollAgainstUnload;
import org.dmafence.stress.protocol.StatusAgainstSignal;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * The jcstress tests of the scenarios and the broken twins, schedule by schedule: the planted mutants and the classes
 * in each build, everything, and more schedules, with {@code -Ddmafence.schedules=1000}.
 */
class RacesLincheckTest {
    private static final boolean EVERYTHING = System.getProperty("dmafence.schedules") != null;

    private static final int SCHEDULES = Integer.getInteger("dmafence.schedules", 30);

    /** What a twin may need before its schedule comes up. */
    private static final int SCHEDULES_TO_FAIL = Math.max(SCHEDULES, 1000);

    private static final Set<Class<?>> TWINS_IN_EACH_BUILD = Set.of(
            BarrierForgotten.class,
            CallbacksUnderTheSpinBit.class,
            DetachBeforeTestAndSet.class,
            DetachWithoutNullTests.class,
            EndWithoutClaim.class,
            ErrorAfterSignal.class,
            FlagBeforeTable.class,
            NoGracePeriod.class,
            NoGracePeriodOnTheClass.class,
            PayloadClearedBeforeOps.class,
            ReleaseOutsideRcu.class,
            WaitWithoutPinning.class);

    private static final Set<Class<?>> SCENARIOS_IN_EACH_BUILD = Set.of(
            PollAgainstUnload.Actual.class,
            NamesAgainstUnload.Actual.class,
            DeadlineAgainstUnload.Actual.class,
            PollAgainstSignal.Actual.class,
            EnableSignalingAgainstSignal.Actual.class,
            AddCallbackAgainstSignal.Actual.class,
            RemoveCallbackAgainstSignal.Actual.class,
            DoneAgainstRecall.Simple.class,
            HeldAgainstStart.Simple.class,
            StatusAgainstSignal.Simple.class);

    /**
     * Wrong only where loads or stores are reordered, which the checker does not do; jcstress has to catch them alone.
     */
    private static final List<Class<?>> REORDERED =
            List.of(FlagAndTablePlain.class, HolderAndWaitersApart.class, StartWithoutFence.class);

    /** The classes that other packages test in the scenarios' sense. */
    private static final List<Class<?>> ELSEWHERE = List.of(
            NamesAgainstDetach.Actual.class,
            EnableSignalingAgainstSignal.Actual.class,
            AddCallbackAgainstSignal.Actual.class,
            RemoveCallbackAgainstSignal.Actual.class,
            MergeAgainst.Signal.class,
            ChainCollect.SignalBoth.class);

    static Stream<Class<?>> twins() {
        return tests("org.dmafence.stress.broken.")
                .filter(test -> !REORDERED.contains(test))
                .filter(test -> EVERYTHING || TWINS_IN_EACH_BUILD.contains(test));
    }

    static Stream<Class<?>> reordered() {
        return REORDERED.stream();
    }

    static Stream<Class<?>> scenarios() {
        return Stream.concat(tests("org.dmafence.stress.protocol."), ELSEWHERE.stream())
                .filter(test -> EVERYTHING || SCENARIOS_IN_EACH_BUILD.contains(test));
    }

    private static Stream<Class<?>> tests(String prefix) {
        return TestList.tests().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .map(RacesLincheckTest::load);
    }

    /** jcstress lists nested classes by their names in source. */
    private static Class<?> load(String canonical) {
        String name = canonical.replaceFirst("(\\.[A-Z]\\w*)\\.([A-Z]\\w*)$", "$1\\$$2");
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("jcstress lists a test that is not there: " + canonical, e);
        }
    }

    @ParameterizedTest
    @MethodSource("twins")
    void shouldFindTheScheduleThatBreaksATwin(Class<?> twin) {
        assertThatThrownBy(() -> ModelChecked.check(twin, SCHEDULES_TO_FAIL))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("forbidden: ");
    }

    @ParameterizedTest
    @MethodSource("reordered")
    void shouldFindNoScheduleWhereOnlyReorderingBreaks(Class<?> twin) throws Exception {
        ModelChecked.check(twin, SCHEDULES);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldFindNoScheduleThatBreaksAScenario(Class<?> scenario) throws Exception {
        ModelChecked.check(scenario, SCHEDULES);
    }
}
