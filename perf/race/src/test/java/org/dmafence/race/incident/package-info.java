/** Tests of the incidents. */
@NullMarked
package org.dmafence.race.incident;

import org.jspecify.annotations.NullMarked;
