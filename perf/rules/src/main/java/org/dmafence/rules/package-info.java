/**
 * The rules of the house that tests of every module hold it to. Start with {@link org.dmafence.rules.PackageArrows}.
 */
@NullMarked
package org.dmafence.rules;

import org.jspecify.annotations.NullMarked;
