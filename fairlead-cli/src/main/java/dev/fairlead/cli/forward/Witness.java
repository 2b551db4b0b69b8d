// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.forward;

/** Is told what happens to forwards. Called from any thread. */
public interface Witness {

    /** A connection begins or ends. */
    void event(String line);

    /** Something is wrong that the user may want to put right. */
    void trouble(String line);
}
