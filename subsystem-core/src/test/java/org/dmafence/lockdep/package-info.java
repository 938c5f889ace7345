@NullMarked
package org.dmafence.lockdep;

import org.jspecify.annotations.NullMarked;
