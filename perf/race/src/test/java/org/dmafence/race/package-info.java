/** Tests of the explorer: known litmus tests for the memories, and what the protocol's forms come to. */
@NullMarked
package org.dmafence.race;

import org.jspecify.annotations.NullMarked;
