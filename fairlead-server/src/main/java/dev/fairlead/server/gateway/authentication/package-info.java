/**
 * Who a client of the gateway is: nobody in particular, the bearer of a token that the configuration knows, or of a JWT.
 *
 * <ul>
 *   <li>A token is looked for in the places that the configuration names, in their order; the first place where something
 *       stands decides.
 *   <li>How a token is signed, and with which key, is told by the configuration; what the token says of it may only choose
 *       among that.
 *   <li>Nothing here waits on the caller's thread: key sets are read ahead, on virtual threads.
 *   <li>No evidence of a refusal repeats anything of a token.
 * </ul>
 */
@NullMarked
package dev.fairlead.server.gateway.authentication;

import org.jspecify.annotations.NullMarked;
