@NullMarked
package org.dmafence.jobs;

import org.jspecify.annotations.NullMarked;
