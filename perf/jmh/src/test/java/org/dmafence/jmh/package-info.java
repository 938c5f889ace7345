/** Tests of the benchmarks. */
@NullMarked
package org.dmafence.jmh;

import org.jspecify.annotations.NullMarked;
