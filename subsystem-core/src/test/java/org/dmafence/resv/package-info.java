/**
 * Tests of reservation objects and their locks: the kernel's suite, step by step, with racing threads, and at random.
 */
@NullMarked
package org.dmafence.resv;

import org.jspecify.annotations.NullMarked;
