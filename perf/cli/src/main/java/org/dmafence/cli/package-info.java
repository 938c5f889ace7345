/**
 * The command line: every command that {@code dmafence --help} lists.
 *
 * <p>Start from {@link org.dmafence.cli.Main}. A command parses and checks its input, has the module of its name do the
 * work, and prints the record that comes of it. Exit codes: 0 all well, 1 findings, 2 bad input,
 * 70 a fault of dmafence itself.
 *
 * <p>Drivers are loaded from the jars in {@code drivers/} beside {@code dmafence.jar}, or from a jar the user names;
 * they are on no class path. Commands run on the main thread, and nothing here is shared.
 */
@NullMarked
package org.dmafence.cli;

import org.jspecify.annotations.NullMarked;
