package org.dmafence.bench;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * The contenders of a group in turn, a window each, over and over: whatever else the machine does hits all of them, and
 * the windows of one round can be compared with each other.
 */
final class Rounds {
    private Rounds() {}

    /**
     * Warms up and measures.
     *
     * @param warmUpNs how long each runs before windows count, 0 for not at all
     * @param progress is told how many rounds are done
     */
    static Samples run(List<Contender> contenders, long warmUpNs, int rounds, IntConsumer progress) throws Exception {
        Samples samples = new Samples();
        long until = System.nanoTime() + warmUpNs * contenders.size();
        for (boolean warm = warmUpNs == 0; !warm; warm = System.nanoTime() - until >= 0) {
            for (Contender contender : contenders) {
                contender.window((metric, value) -> {});
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                // Starts with another one each time: nobody always runs after the same neighbour.
                Contender contender = contenders.get((i + round) % contenders.size());
                contender.window((metric, value) -> samples.add(contender.name, metric, value));
            }
            progress.accept(round + 1);
        }
        return samples;
    }
}
