package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyIT {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Test
    void shouldPutPoliciesSideBySideWhenTwoClientsShareARing() throws Exception {
        JsonNode report = json("compare", "two-clients", "--policy", "all", "--format", "json");

        assertThat(fields(report)).containsExactly("schema", "schemaVersion", "tool", "input", "interrupted", "runs");
        assertThat(report.at("/input/clock").asText()).isEqualTo("virtual");
        assertThat(fields(report.at("/input/workloads/0")))
                .containsExactly("name", "description", "credits", "runNs", "timeoutNs", "clients");
        assertThat(texts(report.at("/runs"), "policy"))
                .containsExactly("fifo", "rr", "fair", "fifo", "rr", "fair", "fifo", "rr", "fair");
        for (JsonNode run : report.at("/runs")) {
            assertThat(fields(run))
                    .containsExactly(
                            "workload",
                            "policy",
                            "shim",
                            "driver",
                            "issuer",
                            "jobs",
                            "fences",
                            "conserved",
                            "fairness",
                            "timeouts",
                            "reported");
            assertThat(run.at("/conserved").asBoolean()).isTrue();
            assertThat(run.at("/reported").asLong()).isZero();
            assertThat(run.at("/fences/created").asLong())
                    .isEqualTo(run.at("/jobs/submitted").asLong())
                    .isEqualTo(run.at("/jobs/finished").asLong());
            isShared(run.at("/fairness"));
        }
    }

    private static void isShared(JsonNode fairness) {
        assertThat(fields(fairness))
                .containsExactly(
                        "clock", "jain", "spanNs", "busy", "waitNs", "latencyNs", "starvedNs", "starved", "clients");
        assertThat(fairness.at("/jain").asDouble()).isBetween(0.5, 1.0);
        assertThat(fairness.at("/busy").asDouble()).isEqualTo(1);
        double shares = 0;
        long longest = 0;
        for (JsonNode client : fairness.at("/clients")) {
            shares += client.at("/share").asDouble();
            longest = Math.max(longest, client.at("/starvedNs").asLong());
            assertThat(client.at("/fairShare").asDouble()).isEqualTo(0.5);
            assertThat(client.at("/waitNs/p50").asLong())
                    .isLessThanOrEqualTo(client.at("/waitNs/max").asLong());
            assertThat(client.at("/submitted").asLong())
                    .isGreaterThanOrEqualTo(client.at("/finished").asLong()
                            + client.at("/unserved").asLong());
        }
        assertThat(shares).isCloseTo(1, within(1e-5));
        assertThat(fairness.at("/starvedNs").asLong()).isEqualTo(longest);
    }

    @Test
    void shouldGiveTheSameFiguresOnEveryDriverAndInEveryRun() throws Exception {
        String[] command = {
            "compare",
            "hang",
            "two-clients",
            "--policy",
            "all",
            "--shims",
            "i915,vgem,issuer",
            "--format",
            "json",
            "--seed",
            "42"
        };
        JsonNode report = json(command);

        assertThat(json(command)).isEqualTo(report);
        assertThat(report.at("/runs")).hasSize(18);
        for (JsonNode run : report.at("/runs")) {
            JsonNode first = StreamSupport.stream(report.at("/runs").spliterator(), false)
                    .filter(other -> other.at("/workload").equals(run.at("/workload"))
                            && other.at("/policy").equals(run.at("/policy")))
                    .findFirst()
                    .orElseThrow();
            assertThat(run.at("/fairness")).isEqualTo(first.at("/fairness"));
            assertThat(run.at("/timeouts")).isEqualTo(first.at("/timeouts"));
            assertThat(run.at("/timeouts").isEmpty())
                    .isEqualTo(run.at("/workload").asText().equals("two-clients"));
        }
    }

    @Test
    void shouldShowWhoStarvesAndWhoDoesNotWhenPoliciesAreCompared() {
        CommandRun run =
                CommandRun.of("compare", "starvation", "fifty-clients", "--policy", "all", "--shims", "i915,vgem");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .containsPattern("fifo +urgent +high")
                .containsPattern("low +low +47.5% +0.0% +0 ")
                .containsPattern("fair +1.000 ")
                .contains("Run on i915, vgem, on all of them to the nanosecond the same");
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void shouldRunEveryIssuerOfTheKernelUnderEveryPolicy(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("short.txt");
        Files.writeString(file, "workload short\ncredits 4\nrun-ms 20\nclient c count=4 us=100..900 depth=1..9\n");
        JsonNode report = json("compare", file.toString(), "--policy", "all", "--shims", "all", "--format", "json");

        assertThat(report.at("/runs")).hasSizeGreaterThan(100).allSatisfy(run -> {
            assertThat(run.at("/conserved").asBoolean())
                    .as(run.at("/shim").asText())
                    .isTrue();
            assertThat(run.at("/fairness/busy").asDouble()).isEqualTo(1);
        });
    }

    @Test
    void shouldReplayTracesUnderEveryPolicyWithoutLoss() throws Exception {
        JsonNode report = json(
                "compare",
                "linux-7.2-sched-mixed.txt",
                "--policy",
                "all",
                "--shims",
                "amdgpu-independent",
                "--format",
                "json");

        assertThat(texts(report.at("/shims"), "policy")).containsExactly("fifo", "rr", "fair");
        for (JsonNode shim : report.at("/shims")) {
            assertThat(shim.at("/conserved").asBoolean()).isTrue();
            assertThat(shim.at("/runOrder/fifoBreaks").asLong()).isZero();
            JsonNode fairness = shim.at("/traces/0/fairness");
            assertThat(fairness.at("/clock").asText()).isEqualTo("trace");
            assertThat(fairness.at("/clients")).hasSize(24);
            assertThat(fairness.at("/waitNs/count").asLong())
                    .isEqualTo(shim.at("/jobs/submitted").asLong());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.2", "6.12"})
    void shouldReadBackTheTraceOfARunWhenItIsReplayed(String dialect, @TempDir Path directory) throws Exception {
        Path trace = directory.resolve("run.txt");
        JsonNode run = json(
                        "compare",
                        "two-clients",
                        "--shims",
                        "amdgpu",
                        "--trace-out",
                        trace.toString(),
                        "--trace-dialect",
                        dialect,
                        "--format",
                        "json")
                .at("/runs/0");
        JsonNode report = json("compare", trace.toString(), "--shims", "i915", "--format", "json");
        JsonNode shim = report.at("/shims/0");

        assertThat(report.at("/input/traces/0/dialects/0").asText())
                .isEqualTo(dialect.equals("7.2") ? "SINCE_6_17" : "BEFORE_6_17");
        assertThat(report.at("/input/traces/0/warnings")).isEmpty();
        assertThat(shim.at("/jobs/finished").asLong())
                .isEqualTo(run.at("/jobs/finished").asLong());
        assertThat(shim.at("/runOrder/matches").asBoolean()).isTrue();
        assertThat(shim.at("/traces/0/fairness/waitNs/p50").asLong())
                .isEqualTo(run.at("/fairness/waitNs/p50").asLong());
        assertThat(shim.at("/traces/0/fairness/starvedNs").asLong())
                .isEqualTo(run.at("/fairness/starvedNs").asLong());
    }

    @Test
    void shouldWriteTheTraceOfAReplayWhenAsked(@TempDir Path directory) throws Exception {
        Path trace = directory.resolve("again.txt");
        JsonNode first = json(
                "compare",
                "linux-7.2-sched-rich.txt",
                "--shims",
                "vgem",
                "--trace-out",
                trace.toString(),
                "--format",
                "json");
        JsonNode again = json("compare", trace.toString(), "--shims", "vgem", "--format", "json");

        assertThat(again.at("/input/traces/0/jobs/submitted")).isEqualTo(first.at("/input/traces/0/jobs/submitted"));
        assertThat(again.at("/input/traces/0/rings")).isEqualTo(first.at("/input/traces/0/rings"));
        assertThat(again.at("/shims/0/conserved").asBoolean()).isTrue();
    }

    @Test
    void shouldRunAWorkloadOfTheUsersOwn(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("mine.txt");
        Files.writeString(file, "workload mine\nrun-ms 20\nclient only us=1000 depth=2\n");
        JsonNode run = json("compare", file.toString(), "--shims", "vgem", "--format", "json")
                .at("/runs/0");

        assertThat(run.at("/workload").asText()).isEqualTo("mine");
        assertThat(run.at("/fairness/clients/0/hardwareNs").asLong()).isEqualTo(20_000_000);
        assertThat(run.at("/fairness/clients/0/finished").asLong()).isEqualTo(19);
    }

    @Test
    void shouldSayWhatToDoWhenOptionsDoNotFit(@TempDir Path directory) throws Exception {
        Path broken = directory.resolve("broken.txt");
        Files.writeString(broken, "workload mine\nclient only us=never\n");

        refused("\"lifo\"; use fifo, rr, fair or all", "compare", "--policy", "lifo");
        refused("none of the workloads two-clients", "compare", "nobody");
        refused("broken.txt:2: us=never", "compare", broken.toString());
        refused("name one or the other", "compare", "linux-7.2-sched-rich.txt", "hog");
        refused(
                "for one run, not for 3",
                "compare",
                "hog",
                "--trace-out",
                directory.resolve("t").toString());
        refused(
                "is a directory; name a file that you may write",
                "compare",
                "hog",
                "--shims",
                "vgem",
                "--trace-out",
                directory.toString());
    }

    private static void refused(String reason, String... command) {
        CommandRun run = CommandRun.of(command);

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(reason);
        assertThat(run.out()).isEmpty();
    }

    private static JsonNode json(String... command) throws Exception {
        CommandRun run = CommandRun.of(command);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        JsonSchemas.check(run.out());
        return MAPPER.readTree(run.out());
    }

    private static List<String> texts(JsonNode nodes, String field) {
        List<String> texts = new ArrayList<>();
        nodes.forEach(node -> texts.add(node.at("/" + field).asText()));
        return texts;
    }

    private static List<String> fields(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
