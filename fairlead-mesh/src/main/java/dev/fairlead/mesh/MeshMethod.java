// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method callable through the mesh. Parameters come by name ({@link Param}), a {@link MeshContext} is given
 * the call's own; what the method returns is the result: a value of JSON, a record, a {@link MeshResult} with events, or a
 * {@code CompletionStage} of any of these.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface MeshMethod {

    /** {@return the name in the mesh; the method's own unless told. It does not begin with an underscore} */
    String name() default "";

    /** {@return what the service's description says of it} */
    String description() default "";

    /** {@return whether the service's description leaves it out; it can be called all the same} */
    boolean hidden() default false;

    /** {@return whether clients are told to seal their requests; a plain one is served all the same, as the original does} */
    boolean requiresEncryption() default false;

    /** {@return whether the service's {@link Authorizer} is asked first} */
    boolean authorize() default false;
}
