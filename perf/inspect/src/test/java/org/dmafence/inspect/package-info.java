@NullMarked
package org.dmafence.inspect;

import org.jspecify.annotations.NullMarked;
