package org.dmafence.rcu;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How long the tests of this package wait, in one place. */
final class RcuPatience {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration STEP = Duration.ofMillis(1);

    /** Long enough for something wrong to happen that should not. */
    private static final Duration A_WHILE = Duration.ofMillis(30);

    private RcuPatience() {}

    /** Waits for something that will happen soon. */
    static ConditionFactory eventually() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(STEP).atMost(LIMIT);
    }

    /** Waits for something to stay as it is. */
    static ConditionFactory forAWhile() {
        return eventually().during(A_WHILE);
    }
}
