/** Tests of generated work: what its text says, and what comes of it under virtual time. */
@NullMarked
package org.dmafence.workload;

import org.jspecify.annotations.NullMarked;
