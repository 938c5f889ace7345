package org.dmafence.actors;

import akka.actor.DeadLetterSuppression;

/** A message that may come when its actor has ended, and means nothing then: no dead letter is logged. */
interface Quiet extends DeadLetterSuppression {}
