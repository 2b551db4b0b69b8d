/** The wire of the relay, shared by server and SDK: messages, addresses, tokens, frames. JDK only, no I/O. */
module dev.fairlead.protocol {
    requires static transitive org.jspecify;

    exports dev.fairlead.protocol.address;
    exports dev.fairlead.protocol.control;
    exports dev.fairlead.protocol.http;
    exports dev.fairlead.protocol.token;
    exports dev.fairlead.protocol.websocket;
}
