@NullMarked
package org.dmafence.conform;

import org.jspecify.annotations.NullMarked;
