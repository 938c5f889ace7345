/**
 * Long-running stress of the subsystem beyond what a unit test may take. Start from {@link
 * org.dmafence.stress.RcuTorture}, or run the jar itself for the jcstress tests of the sub-packages.
 */
@NullMarked
package org.dmafence.stress;

import org.jspecify.annotations.NullMarked;
