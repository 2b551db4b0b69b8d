// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides whether the bearer of a token may call a method that asks for it. Called from several threads. */
@FunctionalInterface
public interface Authorizer {

    /**
     * {@return what is known of the bearer, for {@link MeshContext#claims}}
     *
     * @param token as it stands in the call's context, under the key that the service was told
     * @throws MeshException with {@code NuropbAuthenticationError} or {@code NuropbAuthorizationError}, to refuse
     */
    Map<String, @Nullable Object> authorize(String token, String method);
}
