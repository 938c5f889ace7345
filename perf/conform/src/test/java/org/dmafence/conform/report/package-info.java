/** Tests of how a comparison with kernels is shown. */
@NullMarked
package org.dmafence.conform.report;

import org.jspecify.annotations.NullMarked;
