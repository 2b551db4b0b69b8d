/** The wire of the relay, shared by server and SDK: messages, addresses, tokens, frames. JDK only, no I/O. */
@SuppressWarnings("module") // the modules that are named below are compiled after this one
module dev.fairlead.protocol {
    requires static transitive org.jspecify;

    exports dev.fairlead.protocol.address;
    exports dev.fairlead.protocol.control;
    exports dev.fairlead.protocol.http;
    exports dev.fairlead.protocol.token;
    exports dev.fairlead.protocol.websocket;

    // of the house
    exports dev.fairlead.protocol.json to
            dev.fairlead.bus,
            dev.fairlead.mesh;
}
