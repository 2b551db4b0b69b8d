// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.server.relay.listener;

import dev.fairlead.server.connection.Refusal;

/** What came of the search for a listener. */
public sealed interface Search {

    /** One is there, and has room. */
    record Found(Place place) implements Search {}

    /** None is there that could be told. */
    record Nobody(Refusal refusal) implements Search {}
}
