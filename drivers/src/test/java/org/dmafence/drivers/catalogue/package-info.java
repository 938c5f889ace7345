/** Tests of the catalogue against a table typed a second time, and of each driver's oddities. */
@NullMarked
package org.dmafence.drivers.catalogue;

import org.jspecify.annotations.NullMarked;
