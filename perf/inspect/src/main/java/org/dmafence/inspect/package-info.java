/**
 * What a capture holds, and where the time of its jobs and waits went: who owns a fence, whether its job is queued,
 * running or lost, what signalled it in the end, who is stuck behind a hang, and what the capture lacks to answer.
 *
 * <p>One pass. {@link org.dmafence.inspect.Witness} sees the events as they are read and remembers who signalled, ran
 * and woke; {@link org.dmafence.inspect.Inspector} follows the jobs and waits, which come a little later, and asks it.
 * What is kept are the jobs in flight, the last ones that ended, and the slowest; a
 * {@link org.dmafence.inspect.Watcher} is shown the rest as it goes by.
 *
 * <p>Everything belongs to one thread. The records are immutable.
 *
 * <p>Start from {@link org.dmafence.inspect.Inspector}.
 */
@NullMarked
package org.dmafence.inspect;

import org.jspecify.annotations.NullMarked;
