/** Servers that were written for Java-WebSocket, served through a relay: of Fairlead or of Azure Relay. */
module dev.fairlead.client.javawebsocket {
    requires transitive dev.fairlead.client;
    requires transitive org.java_websocket;
    requires static transitive org.jspecify;

    exports dev.fairlead.client.javawebsocket;
}
