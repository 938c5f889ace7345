/**
 * A soak: fences by the thousand million, created, put into containers, waited for, called back and signalled by
 * threads that race, with a checker that does not ask the fences. Whoever does something to a fence writes it down in
 * the fence's {@link org.dmafence.stress.soak.SoakBatch batch}; when everybody is done with the batch, what was written
 * down is compared with what the fence says and with what its callbacks and waiters saw.
 *
 * <p>Start with {@link org.dmafence.stress.soak.FenceSoak}, the command. All that touches the core goes through
 * {@link org.dmafence.stress.soak.Seam}, where mistakes can be planted: a soak that finds none of them would prove
 * nothing.
 */
@NullMarked
package org.dmafence.stress.soak;

import org.jspecify.annotations.NullMarked;
