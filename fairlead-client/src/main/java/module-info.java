/** A listener and a sender for hybrid connections, of Fairlead or of Azure Relay. Needs the JDK and the protocol, nothing else. */
module dev.fairlead.client {
    requires transitive dev.fairlead.protocol;
    requires static transitive org.jspecify;

    // API
    exports dev.fairlead.client;

    // SPI
    exports dev.fairlead.client.spi;
}
