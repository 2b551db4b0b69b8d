// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.mesh.wire;

/** The errors that have a name in the mesh. A service in Python may send the name of any of its exceptions beside these. */
public enum ErrorKind {
    /** A method failed in a way that it did not foresee. */
    EXCEPTION("NuropbException"),
    /** There is no such method, or nobody handles the event. */
    HANDLING("NuropbHandlingError"),
    /** The message cannot be understood. */
    MESSAGE("NuropbMessageError"),
    /** The parameters break a rule of the service. */
    VALIDATION("NuropbValidationError"),
    /** Nobody knows who calls. */
    AUTHENTICATION("NuropbAuthenticationError"),
    /** Who calls may not do that. */
    AUTHORIZATION("NuropbAuthorizationError"),
    /** The method is no more. */
    DEPRECATED("NuropbDeprecatedError"),
    /** The broker cannot be reached. */
    TRANSPORT("NuropbTransportError"),
    /** No queue takes messages for the service. */
    NOT_DELIVERED("NuropbNotDeliveredError"),
    /** No response came in time. */
    TIMEOUT("NuropbTimeoutError"),
    /** A second delivery was asked for, and has been used up. */
    CALL_AGAIN_REJECT("NuropbCallAgainReject");

    private final String wireName;

    ErrorKind(String wireName) {
        this.wireName = wireName;
    }

    /** {@return the name on the wire} */
    public String wireName() {
        return wireName;
    }
}
