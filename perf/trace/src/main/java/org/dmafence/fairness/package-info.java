/**
 * Who got how much of the hardware, and how long they waited for it.
 *
 * <p>Start with {@link org.dmafence.fairness.ServiceLog}, which is told of every job's submission, run and end, on
 * whatever clock the teller uses: a trace's or a virtual one. {@link org.dmafence.fairness.Fairness} has the two
 * formulas, Jain's index and the max-min fair shares it compares with. One thread uses a log.
 */
@NullMarked
package org.dmafence.fairness;

import org.jspecify.annotations.NullMarked;
