/** Tests of the inboxes. */
@NullMarked
package org.dmafence.actors.inbox;

import org.jspecify.annotations.NullMarked;
