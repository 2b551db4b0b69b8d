/** Who a client of the gateway is: nobody in particular, the bearer of a token that the configuration knows, or of a JWT. */
@NullMarked
package dev.fairlead.server.gateway.authentication;

import org.jspecify.annotations.NullMarked;
