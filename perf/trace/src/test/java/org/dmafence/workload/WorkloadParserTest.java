package org.dmafence.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dmafence.sched.SchedulerPriority;
import org.dmafence.workload.Workload.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadParserTest {
    @Test
    void shouldReadEverySettingWhenOneIsGiven() throws WorkloadFormatException {
        List<Workload> read = parse("""
                # mine
                workload pair  Two of a kind
                credits 3   # on the ring
                run-ms 250
                timeout-ms 40
                client hog priority=low jobs=3 us=2500 spread=20 wait=500 depth=8 hang-every=9
                client calm us=10
                """, 1);

        assertThat(read)
                .containsExactly(new Workload(
                        "pair",
                        "Two of a kind",
                        3,
                        250_000_000,
                        40_000_000,
                        List.of(
                                new Client("hog", SchedulerPriority.LOW, 3, 2_500_000, 20, 500_000, 8, 9),
                                new Client("calm", SchedulerPriority.NORMAL, 1, 10_000, 0, 0, 1, 0))));
    }

    @Test
    void shouldDrawTheSameNumbersWhenTheSeedIsTheSame() throws WorkloadFormatException {
        String text = "workload many\nclient c count=40 us=200..4000 depth=1..8\n";

        assertThat(parse(text, 7)).isEqualTo(parse(text, 7)).isNotEqualTo(parse(text, 8));
        assertThat(parse(text, 7).get(0).clients())
                .hasSize(40)
                .allSatisfy(client -> {
                    assertThat(client.jobNs()).isBetween(200_000L, 4_000_000L);
                    assertThat(client.depth()).isBetween(1, 8);
                })
                .extracting(Client::name)
                .startsWith("c1", "c2")
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldKnowEveryPresetByAnotherName() {
        assertThat(Presets.all(1))
                .extracting(Workload::name)
                .contains("two-clients", "fifty-clients", "hog", "starvation", "queue-depth", "hang")
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldSayWhatClientsWouldUseAlone() {
        Client waits = new Client("waits", SchedulerPriority.NORMAL, 2, 500, 0, 9_000, 1, 0);
        Client ahead = new Client("ahead", SchedulerPriority.NORMAL, 1, 500, 0, 1_000, 4, 0);
        Client greedy = new Client("greedy", SchedulerPriority.NORMAL, 1, 500, 0, 0, 4, 0);

        assertThat(waits.demand()).isEqualTo(0.1);
        assertThat(ahead.demand()).isEqualTo(0.5);
        assertThat(greedy.demand()).isEqualTo(1);
        assertThat(new Workload("w", "", 1, 1, 1, List.of(waits, ahead, greedy)).fairShares())
                .containsExactly(0.1, 0.45, 0.45);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                             | describes no workload
                    client a us=1                                  | before the first workload
                    workload                                       | without a name
                    workload a                                     | has no client
                    workload a;client b                            | how long a job takes
                    workload a;client b us=0                       | use at least 1
                    workload a;client b us=9..3                    | as in 200..4000
                    workload a;client b us=1 speed=3               | no setting of a client
                    workload a;client b us=1 priority=urgent       | kernel, high, normal or low
                    workload a;client b us=1 spread=101            | 0 to 100 percent
                    workload a;client b us=1 count=99999           | more than 10,000 clients
                    workload a;client us=1                         | without a name
                    workload a;credits 0                           | use a whole number from 1
                    workload a;run-ms soon                         | use a whole number from 1
                    workload a;colour red                          | nothing that is known
                    workload a;client b us=1 hang-every=5          | add a line: timeout-ms
                    """)
    void shouldNameTheLineWhenItSaysNothingKnown(String text, String reason) {
        assertThatThrownBy(() -> parse(text.replace(';', '\n'), 1))
                .isInstanceOf(WorkloadFormatException.class)
                .hasMessageStartingWith("test.txt")
                .hasMessageContaining(reason);
    }

    private static List<Workload> parse(String text, long seed) throws WorkloadFormatException {
        return WorkloadParser.parse(text, "test.txt", seed);
    }
}
