package org.dmafence.report;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names what a record is as JSON. {@code docs/schemas/NAME.json} is made from the record; whoever takes a field away,
 * renames it or changes what it means raises the version.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Schema {
    /** The name, such as {@code compare}. */
    String value();

    /** Raised when a program that reads the JSON would have to change. A new field does not count. */
    int version() default 1;
}
