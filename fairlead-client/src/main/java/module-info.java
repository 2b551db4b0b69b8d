/** A listener and a sender for hybrid connections, of Fairlead or of Azure Relay. Needs the JDK and the protocol, nothing else. */
@SuppressWarnings("module") // the one module that is named below is compiled after this one
module dev.fairlead.client {
    requires transitive dev.fairlead.protocol;
    requires static transitive org.jspecify;

    // for those who use HttpSender
    requires static transitive java.net.http;

    // for those who use RelayedHttpServer. Its provider is no service of this module: the JDK would take it unasked in
    // every program that has the SDK
    requires static transitive jdk.httpserver;

    // API
    exports dev.fairlead.client;
    exports dev.fairlead.client.http;
    exports dev.fairlead.client.httpserver;

    // SPI
    exports dev.fairlead.client.spi;

    // of the house
    exports dev.fairlead.client.internal to
            dev.fairlead.client.javawebsocket;
}
