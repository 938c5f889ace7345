/** Tests of the fence containers: the kernel's suites, step by step, with racing threads, and at length. */
@NullMarked
package org.dmafence.fence.container;

import org.jspecify.annotations.NullMarked;
