/** A plug-in that knows nothing of fences, for the page on plug-ins. Its test makes a jar of this package. */
@NullMarked
package org.dmafence.docs.thumbnail;

import org.jspecify.annotations.NullMarked;
