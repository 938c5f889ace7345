package org.dmafence.actors;

import akka.actor.DeadLetterSuppression;

/**
 * A message that may come when its actor has ended, and means nothing then: no dead letter is logged. Akka's timers
 * wrap theirs in one that is logged, so actors schedule the message itself.
 */
interface Quiet extends DeadLetterSuppression {}
