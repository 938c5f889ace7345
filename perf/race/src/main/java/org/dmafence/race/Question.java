package org.dmafence.race;

/**
 * What somebody asked that a failure answers.
 *
 * @param asked the question
 * @param where the posting: title and date
 */
public record Question(String asked, String where) {
    @Override
    public String toString() {
        return asked + " [" + where + "]";
    }
}
