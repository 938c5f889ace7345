package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The choice of mode, in JVMs of its own: it is made once for each process. */
class RcuOrderingTest {
    /** The child process: makes a domain, uses it and prints what it got. */
    public static final class Child {
        private Child() {}

        public static void main(String[] args) {
            RcuOrdering ordering = RcuOrdering.valueOf(args[0]);
            try (RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withOrdering(ordering))) {
                RcuReader reader = domain.reader();
                reader.unlock(reader.lock());
                domain.defer(() -> {});
                domain.barrier();
                domain.synchronize();
                System.out.println("mode=" + domain.ordering());
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                System.out.println("refused=" + e.getMessage());
            }
        }
    }

    @Test
    void shouldTakeForPermanentOnlyTheLoadersOfTheClassPathAndTheJdk() throws Exception {
        assertThat(Membarrier.isHereForGood(ClassLoader.getSystemClassLoader())).isTrue();
        assertThat(Membarrier.isHereForGood(ClassLoader.getPlatformClassLoader()))
                .isTrue();
        assertThat(Membarrier.isHereForGood(null)).isTrue();
        try (URLClassLoader redeployed = new URLClassLoader(new URL[0])) {
            assertThat(Membarrier.isHereForGood(redeployed)).isFalse();
        }
    }

    @Test
    void shouldFenceWhenJnaIsMissing() throws Exception {
        assertThat(run(List.of(), List.of(), "AUTO"))
                .contains(ForeignSyscall.isThere() ? "mode=MEMBARRIER" : "mode=FENCE");
    }

    @Test
    void shouldSayWhyWhenMembarrierIsForcedWithoutJna() throws Exception {
        if (ForeignSyscall.isThere()) { // and does as well
            assertThat(run(List.of(), List.of("-Ddmafence.rcu.ordering=membarrier"), "AUTO"))
                    .contains("mode=MEMBARRIER");
            return;
        }
        assertThat(run(List.of(), List.of(), "MEMBARRIER"))
                .contains("refused=RCU ordering MEMBARRIER is forced but not available: JNA")
                .contains("use AUTO or FENCE");
        assertThat(run(List.of(), List.of("-Ddmafence.rcu.ordering=membarrier"), "AUTO"))
                .contains("refused=RCU ordering MEMBARRIER is forced but not available: JNA");
    }

    @Test
    void shouldSayWhyWhenMembarrierIsForcedOnAnotherSystem() throws Exception {
        List<String> pretend = List.of("-Dos.name=Plan 9");
        assertThat(run(List.of(Native.class), pretend, "MEMBARRIER")).contains("Linux only, this is Plan 9");
        assertThat(run(List.of(Native.class), List.of("-Dos.arch=pdp11"), "MEMBARRIER"))
                .contains("no system call number known for pdp11");
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldObeyThePropertyWhenSettingsSayAuto(RcuOrdering ordering) throws Exception {
        List<String> property =
                List.of("-Ddmafence.rcu.ordering=" + ordering.toString().toLowerCase(Locale.ROOT));
        assertThat(run(List.of(Native.class), property, "AUTO")).contains("mode=" + ordering);
    }

    @Test
    void shouldObeyTheSettingsWhenThePropertySaysOtherwise() throws Exception {
        assertThat(run(List.of(Native.class), List.of("-Ddmafence.rcu.ordering=membarrier"), "FENCE"))
                .contains("mode=FENCE");
    }

    @Test
    void shouldNameThePropertyWhenItsValueIsUnknown() throws Exception {
        assertThat(run(List.of(), List.of("-Ddmafence.rcu.ordering=magic"), "AUTO"))
                .contains("refused=System property dmafence.rcu.ordering is 'magic'; use auto, membarrier or fence");
    }

    private static String run(List<Class<?>> alsoOnClassPath, List<String> options, String ordering)
            throws IOException, InterruptedException {
        String classPath = Stream.concat(
                        Stream.of(RcuDomain.class, Child.class, Agent.class, NullMarked.class),
                        alsoOnClassPath.stream())
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(location.getPath()).toString())
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-ea", "-Xshare:auto", "-cp", classPath, Child.class.getName(), ordering));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
