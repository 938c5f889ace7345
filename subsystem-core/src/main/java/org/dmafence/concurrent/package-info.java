/**
 * What the JDK and Agrona have no equal of, for all packages above: what belongs to one thread and is found again by
 * it, steps that outlast a shortage of memory, and waits that go on through interrupts.
 */
@NullMarked
package org.dmafence.concurrent;

import org.jspecify.annotations.NullMarked;
