package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

/**
 * Law 1, at random: a few hundred runs by default. For more, and the table on the console:
 *
 * <pre>./mvnw -pl actors -am -Dsurefire.failIfNoSpecifiedTests=false test -Dtest=KillMatrixTest
 * -Ddmafence.kill.runs=10000</pre>
 *
 * <p>{@code -Ddmafence.kill.seed} repeats the choices of an earlier run, though not the threads' timing.
 */
final class KillMatrixTest {
    private static final int FEW = 300;

    @Test
    void shouldEndEveryFenceOnceWhoeverDies() {
        Integer runs = Integer.getInteger("dmafence.kill.runs");
        long seed = Long.getLong("dmafence.kill.seed", System.nanoTime());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "killed-at-random");
        KillMatrix matrix;
        try (KillRuns kills = new KillRuns(system)) {
            matrix = kills.matrix();
            for (int i = 0; i < (runs == null ? FEW : runs); i++) {
                kills.run(seed + i);
                assertThat(matrix.isClean())
                        .as("run of seed %d:%n%s", seed + i, matrix.render())
                        .isTrue();
            }
        } finally {
            system.terminate();
            SubsystemTest.get(system.getWhenTerminated());
        }
        if (runs != null) {
            System.out.println("kill matrix of seed " + seed + System.lineSeparator() + matrix.render());
        }
    }
}
