/**
 * Bugs that real kernels had, as scenarios for {@link org.dmafence.race}: each as it happened and as it was repaired.
 *
 * <p>Start from {@link org.dmafence.race.incident.Incidents}; {@code docs/89-incident-book.md} tells the stories. They
 * mirror what {@code dma-fence.c}, the GPU scheduler and some drivers did in the versions that each names, and nothing
 * else of them: a party is a thread, an interrupt or a processor of the incident, and a step is what that did. Where
 * the repair is ours and the kernel has none yet, the incident says so.
 *
 * <p>To add one: a method that takes a {@code Model} and whether it is the repaired form, an entry in the list of its
 * class, a chapter in the book. No class here holds state: models are built on several threads.
 */
@NullMarked
package org.dmafence.race.incident;

import org.jspecify.annotations.NullMarked;
