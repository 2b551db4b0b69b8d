// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes a parameter of a {@link MeshMethod}. Without it the parameter's own name counts, if it was compiled in. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Param {

    /** {@return the name in the mesh; the parameter's own unless told} */
    String value() default "";

    /** {@return what the service's description says of it} */
    String description() default "";

    /** {@return what it is unless given, as JSON; a parameter without one, that is no {@code Optional}, must be given} */
    String defaultValue() default "";
}
