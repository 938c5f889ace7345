/** Tests of the protocol's forms that no command shows. */
@NullMarked
package org.dmafence.race.scenario;

import org.jspecify.annotations.NullMarked;
