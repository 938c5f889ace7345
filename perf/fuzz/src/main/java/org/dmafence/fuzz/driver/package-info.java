/**
 * The driver in the jars that the fuzzer makes; its classes are copied into them and loaded from there.
 *
 * <p>What it says about itself is text in the jar, so that hostile text needs no class of its own.
 */
@NullMarked
package org.dmafence.fuzz.driver;

import org.jspecify.annotations.NullMarked;
