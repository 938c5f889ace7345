/** Tests of the bench's texts. */
@NullMarked
package org.dmafence.bench.report;

import org.jspecify.annotations.NullMarked;
