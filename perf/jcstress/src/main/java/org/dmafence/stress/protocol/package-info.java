/**
 * The scenarios of {@code dmafence race}, under the same names, as races of two threads: what ties that explorer's
 * model to the code.
 *
 * <p>Each scenario is a {@link org.dmafence.stress.protocol.Race}: two parties and the laws that they note the breach
 * of. It is run on two things, and by two machines:
 *
 * <ul>
 *   <li>{@code Actual} is the real classes, {@code Simple} is {@link org.dmafence.stress.protocol.Protocol}: the fields
 *       and the steps of {@code FenceState} and what is built on it, of {@code RcuReader} and of {@code Unload} with
 *       the same access modes, and nothing else. The twins in {@code org.dmafence.stress.broken} override one step of
 *       it.
 *   <li>jcstress runs both on real processors, with what compilers and processors reorder; Lincheck's model checker, in
 *       this module's tests, tries schedules one by one, sequentially consistent, and shows the one that fails.
 * </ul>
 *
 * <p>0 forbidden and no schedule found is what each {@code Simple} and {@code Actual} has to show, and the opposite
 * each twin. {@code docs/70-testing.md} has the table. Start from {@code PollAgainstUnload}.
 */
@NullMarked
package org.dmafence.stress.protocol;

import org.jspecify.annotations.NullMarked;
