package org.dmafence.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what a shell needs to complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints a script that has a shell complete commands, options and their values.",
        footer = {
            "",
            "Examples:",
            "  source <(dmafence completion bash)     for this shell; add the line to ~/.bashrc to keep it",
            "  dmafence completion zsh > ~/.dmafence-completion    and in ~/.zshrc: source ~/.dmafence-completion",
        })
final class CompletionCommand implements Callable<Integer> {
    /** The shells. */
    enum Shell {
        BASH,
        ZSH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Parameters(paramLabel = "bash|zsh", description = "Whose script.")
    private Shell shell;

    @Override
    public Integer call() {
        // One script does for both: it turns zsh's completion for bash on.
        String script = AutoComplete.bash("dmafence", spec.root().commandLine());
        var out = spec.commandLine().getOut();
        out.print(shell == Shell.ZSH ? script.replaceFirst("#!/usr/bin/env bash", "#!/usr/bin/env zsh") : script);
        out.flush();
        return 0;
    }
}
