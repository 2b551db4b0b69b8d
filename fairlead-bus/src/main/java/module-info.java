/** A typed message bus, in the program, on NATS or on Pyro, and services on it. */
module dev.fairlead.bus {
    requires dev.fairlead.protocol;
    requires io.nats.jnats;
    requires java.sql; // Pyrolite names its classes, and says so nowhere
    requires pyrolite;
    requires static transitive org.jspecify;

    exports dev.fairlead.bus;
    exports dev.fairlead.bus.embedded;
    exports dev.fairlead.bus.nats;
    exports dev.fairlead.bus.pyro;
    exports dev.fairlead.bus.service;
}
