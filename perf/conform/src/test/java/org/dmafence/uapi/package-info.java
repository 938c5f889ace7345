/** Tests of the user-space interface, among them the suites of IGT by their names. */
@NullMarked
package org.dmafence.uapi;

import org.jspecify.annotations.NullMarked;
