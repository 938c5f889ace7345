/**
 * jcstress tests of {@code org.dmafence.sync}: sync files and timelines, as users of fences see them.
 *
 * <p>As in {@link org.dmafence.stress.fence}: {@code Actual} is the class itself, {@code Broken…} a twin that is expected to be
 * caught, so its outcome is interesting, not forbidden.
 */
@NullMarked
package org.dmafence.stress.sync;

import org.jspecify.annotations.NullMarked;
