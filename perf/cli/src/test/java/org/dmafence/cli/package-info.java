/** Tests of the commands: {@code …Test} without drivers, {@code …IT} with the driver jars in {@code target/dist}. */
@NullMarked
package org.dmafence.cli;

import org.jspecify.annotations.NullMarked;
