package org.dmafence.stress.broken;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Objects;
import org.dmafence.stress.container.ChainCollect.Node;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** FenceChain I1 with a load and a store where the CAS is: both walkers take themselves for the one that unlinked. */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Unlinked once.")
@Outcome(expect = FORBIDDEN, desc = "I1: the link's reference was dropped twice.")
@State
public class CollectWithoutCas {
    private final Node old = new Node();
    private final Node head = new Node();

    public CollectWithoutCas() {
        head.behind = new Node.Behind(old, 0);
    }

    private void walk() {
        Node.Behind seen = Objects.requireNonNull(head.behind);
        if (seen.prev() != null) {
            head.behind = new Node.Behind(null, seen.failures() + 1);
            seen.prev().release();
        }
    }

    @Actor
    public void first() {
        walk();
    }

    @Actor
    public void second() {
        walk();
    }

    @Arbiter
    public void end(II_Result r) {
        r.r1 = old.references;
        r.r2 = Objects.requireNonNull(head.behind).failures();
    }
}
