/**
 * What the JDK and Agrona have no equal of, for all packages above: so far, what belongs to one thread and is found again by it.
 */
@NullMarked
package org.dmafence.concurrent;

import org.jspecify.annotations.NullMarked;
