/** Tests of who got what, told job by job. */
@NullMarked
package org.dmafence.fairness;

import org.jspecify.annotations.NullMarked;
