package org.dmafence.stress;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.Outcome;

/**
 * A jcstress test of two actors, run by Lincheck's model checker: it switches between the two at every shared access,
 * and tries one schedule after the other, sequentially consistent. The outcomes are graded as jcstress would.
 */
public class ModelChecked {
    /**
     * Where the checker does not switch: it can't follow what lies off the heap, the system call, or references to
     * threads, and takes a walk through thousands of slots for a hang. A grace period's scan is atomic to it, then, but
     * its waiting is not.
     */
    private static final String[] ATOMIC = {
        "org.dmafence.rcu.ReaderRegistry",
        "org.dmafence.rcu.ReaderChunk",
        "org.dmafence.rcu.GracePeriod",
        "org.dmafence.rcu.Membarrier",
        "org.dmafence.fence.FenceSlots"
    };

    /** The test that the checker's instances are of: it makes them itself. */
    private static @Nullable Plan plan;

    /** What a jcstress test consists of. */
    private record Plan(
            Supplier<?> state,
            Supplier<?> result,
            BiConsumer<Object, Object> left,
            BiConsumer<Object, Object> right,
            @Nullable BiConsumer<Object, Object> arbiter,
            List<String> acceptable) {
        static Plan of(Class<?> test) throws ReflectiveOperationException {
            List<Method> actors = new ArrayList<>();
            Method arbiter = null;
            Class<?> result = null;
            for (Method method : test.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Actor.class)) {
                    actors.add(method);
                } else if (method.isAnnotationPresent(Arbiter.class)) {
                    arbiter = method;
                } else {
                    continue;
                }
                if (method.getParameterCount() == 1) {
                    result = method.getParameterTypes()[0];
                }
            }
            if (actors.size() != 2 || result == null) {
                throw new IllegalArgumentException(test + " is not a jcstress test of two actors");
            }
            actors.sort(Comparator.comparing(Method::getName));
            List<String> acceptable = new ArrayList<>();
            JCStressMeta meta = test.getAnnotation(JCStressMeta.class);
            for (Outcome outcome : (meta == null ? test : meta.value()).getAnnotationsByType(Outcome.class)) {
                if (outcome.expect() == Expect.ACCEPTABLE) {
                    acceptable.addAll(List.of(outcome.id()));
                }
            }
            return new Plan(
                    maker(test),
                    maker(result),
                    caller(actors.get(0)),
                    caller(actors.get(1)),
                    arbiter == null ? null : caller(arbiter),
                    acceptable);
        }

        private static Supplier<?> maker(Class<?> type) throws ReflectiveOperationException {
            MethodHandle handle = LOOKUP.findConstructor(type, MethodType.methodType(void.class));
            return (Supplier<?>) lambda("get", Supplier.class, handle, MethodType.methodType(Object.class));
        }

        /** Lambdas: the checker does not look into what newer class libraries call by reflection. */
        @SuppressWarnings("unchecked")
        private static BiConsumer<Object, Object> caller(Method method) throws ReflectiveOperationException {
            MethodHandle handle = LOOKUP.unreflect(method);
            if (method.getParameterCount() == 1) {
                return (BiConsumer<Object, Object>) lambda(
                        "accept",
                        BiConsumer.class,
                        handle,
                        MethodType.methodType(void.class, Object.class, Object.class));
            }
            Consumer<Object> alone = (Consumer<Object>)
                    lambda("accept", Consumer.class, handle, MethodType.methodType(void.class, Object.class));
            return (state, unused) -> alone.accept(state);
        }

        private static Object lambda(String name, Class<?> type, MethodHandle handle, MethodType erased)
                throws ReflectiveOperationException {
            try {
                return LambdaMetafactory.metafactory(
                                LOOKUP, name, MethodType.methodType(type), erased, handle, handle.type())
                        .getTarget()
                        .invoke();
            } catch (Throwable e) {
                throw new ReflectiveOperationException("no lambda for " + handle, e);
            }
        }
    }

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    /** What the two do in one thread: the outcome alone tells what is right. */
    public static final class NothingToSay {
        public void left() {}

        public void right() {}
    }

    private final Plan mine;
    private final Object state;
    private final Object result;

    public ModelChecked() {
        mine = Objects.requireNonNull(plan, "no test to check");
        state = mine.state().get();
        result = mine.result().get();
    }

    @Operation(runOnce = true, nonParallelGroup = "left")
    public void left() {
        mine.left().accept(state, result);
    }

    @Operation(runOnce = true, nonParallelGroup = "right")
    public void right() {
        mine.right().accept(state, result);
    }

    @Validate
    public void outcomeIsAcceptable() {
        BiConsumer<Object, Object> arbiter = mine.arbiter();
        if (arbiter != null) {
            arbiter.accept(state, result);
        }
        String outcome = result.toString();
        if (!mine.acceptable().contains(outcome)) {
            throw new IllegalStateException("forbidden: " + outcome);
        }
    }

    /**
     * Checks a test; returns if no schedule has a forbidden outcome.
     *
     * @throws org.jetbrains.lincheck.LincheckAssertionError with the schedule that has
     */
    static void check(Class<?> test, int schedules) throws ReflectiveOperationException {
        plan = Plan.of(test);
        new ModelChecked(); // loads what the checker is not to find half made
        new ModelCheckingOptions()
                .iterations(1)
                .invocationsPerIteration(schedules)
                .threads(2)
                .actorsPerThread(1)
                .actorsBefore(0)
                .actorsAfter(0)
                .minimizeFailedScenario(false)
                .sequentialSpecification(NothingToSay.class)
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses(ATOMIC)
                        .allMethods()
                        .ignore())
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses("org.dmafence.concurrent.ThreadBound")
                        .allMethods()
                        .ignore())
                .addGuarantee(ManagedStrategyGuaranteeKt.forClasses("org.dmafence.fence.Signaler")
                        .methods("make")
                        .ignore())
                .check(ModelChecked.class);
    }
}
