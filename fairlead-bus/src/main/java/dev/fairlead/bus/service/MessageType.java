// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.bus.service;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method of a {@link BusService} hear messages. It takes a {@link dev.fairlead.bus.BusMessage}, and returns
 * nothing; what it throws is logged.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface MessageType {

    /** {@return the types that the method hears, e.g. {@code file-list-request}; no other method of the service hears them} */
    String[] value();
}
