/** That the soak passes, and that it finds what is planted. */
@NullMarked
package org.dmafence.stress.soak;

import org.jspecify.annotations.NullMarked;
