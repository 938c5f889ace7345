/** Tests of the scheduler, each step by step on one thread with a clock moved by hand. */
@NullMarked
package org.dmafence.sched;

import org.jspecify.annotations.NullMarked;
