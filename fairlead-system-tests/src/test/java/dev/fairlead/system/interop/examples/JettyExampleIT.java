// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.system.interop.examples;

/** The example {@code jetty}. */
class JettyExampleIT extends NotesSentences {

    JettyExampleIT() {
        super("jetty", "jetty");
    }
}
