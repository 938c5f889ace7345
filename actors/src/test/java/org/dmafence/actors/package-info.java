/** Tests of the actors, on drivers that are compiled and loaded from jars when the tests run. */
@NullMarked
package org.dmafence.actors;

import org.jspecify.annotations.NullMarked;
