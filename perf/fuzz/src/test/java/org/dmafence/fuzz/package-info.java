@NullMarked
package org.dmafence.fuzz;

import org.jspecify.annotations.NullMarked;
