package org.dmafence.report.page;

import static j2html.TagCreator.code;

import j2html.tags.DomContent;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.dmafence.report.Tool;
import org.dmafence.report.Units;

/**
 * What made a page, so that somebody who is handed it can tell, and do it again.
 *
 * @param command the command line
 * @param made when, as ISO 8601
 * @param tool this program's version and commit
 * @param java the JVM
 * @param jvmOptions what it was given
 * @param os the system
 * @param processors how many it has for this program
 * @param maxHeapBytes how large the heap may become
 */
public record Provenance(
        String command,
        String made,
        String tool,
        String java,
        List<String> jvmOptions,
        String os,
        int processors,
        long maxHeapBytes) {
    /** This process', now. */
    public static Provenance here(String command) {
        Runtime runtime = Runtime.getRuntime();
        return new Provenance(
                command,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Tool.description(),
                Runtime.version() + " (" + System.getProperty("java.vm.name") + ")",
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                runtime.availableProcessors(),
                runtime.maxMemory());
    }

    DomContent element() {
        return new Facts()
                .add("Command", code(command))
                .add("Made", made)
                .add("Tool", tool)
                .add("Java", java)
                .add(
                        "JVM options",
                        jvmOptions.isEmpty() ? j2html.TagCreator.text("none") : code(String.join(" ", jvmOptions)))
                .add(
                        "Machine",
                        os + "; " + Units.count(processors, "processor") + "; heap up to " + Units.bytes(maxHeapBytes))
                .element();
    }
}
