/**
 * An explorer of schedules: given parties as programs of atomic steps, it finds the shortest schedule that breaks a
 * law, or looks at every state there is and finds none.
 *
 * <p>Start from {@link org.dmafence.race.Scenario}, {@link org.dmafence.race.Model} and {@link
 * org.dmafence.race.Party}; {@code RaceRun} runs them, {@code Explorer} searches, {@code Machine} knows what a step
 * does. The kernel's counterparts are herd7 with the kernel's memory model, and KCSAN; the protocol itself is in {@link
 * org.dmafence.race.scenario}.
 *
 * <h2>How to write a scenario</h2>
 *
 * <p>Make variables and parties from the {@code Model} and append steps to each party: {@code load}, {@code store},
 * {@code change} (an atomic read-modify-write; {@code changeFully} for the kernel's, which are full fences), {@code
 * lock}, {@code park}, {@code rcuLock}, {@code synchronize}, {@code await}; branch with {@code when} on registers. What
 * the laws need to know is a {@code ghost}; {@code act} does something to ghosts and reports what is forbidden, and
 * {@code Model.atEnd} looks at what is left. That nobody can move while somebody has not ended is always forbidden, and
 * that no schedule leads to an end: deadlocks, lost wake-ups and livelocks need no law. An incident is a {@code
 * Scenario} of the variants {@code BROKEN} and {@code FIXED}, in a file of its own.
 *
 * <h2>What the memories allow</h2>
 *
 * <p>{@code SC}: every step takes effect at once, for everybody. {@code WEAK}: a store may wait in its party's buffer
 * of four while later steps go on; stores to one variable keep their order, a releasing store leaves after all earlier
 * ones. A load may be performed early, past earlier loads, stores and branches, up to the next acquiring load,
 * compare-and-set, lock, await, fence or grace period; not past the load of the variable that holds its address. A
 * plain or opaque load may be performed late, past later steps that neither need its result nor release nor fence; one
 * per party at a time. Volatile accesses keep their order among themselves.
 *
 * <p>A compare-and-set is a volatile load and, if it succeeds, a volatile store between which and the load nobody else
 * stores. It is no fence: later loads and stores that are not volatile or releasing may be performed before its store
 * is visible, and an earlier store after its load. One that is opaque is overtaken, and overtakes, as it likes. The
 * kernel's operations that return a value are full fences.
 *
 * <p>What it does not allow: different parties never see two stores in different orders (multi-copy atomicity, as on
 * x86, Armv8 and RISC-V, not POWER); values never come out of thin air; loads of one variable keep their order (the
 * Java memory model does not promise that for plain ones); what a compiler may do beyond such reordering, such as
 * loading twice, is not looked at. An acquiring load that is performed early does not take later ones along.
 *
 * <p>RCU is a primitive: a grace period ends when every section has ended that began before it, and when each party has
 * passed through a full barrier, outside of any section, since it began. Entering and leaving a section order nothing
 * by themselves. So a section that it did not wait for sees everything before it, and what one did that it waited for
 * is visible at its end.
 *
 * <p>A {@code Model}, a {@code Machine} and a search belong to one thread; searches of different models run side by
 * side.
 */
@NullMarked
package org.dmafence.race;

import org.jspecify.annotations.NullMarked;
