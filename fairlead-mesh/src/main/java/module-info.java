/** Services and clients of a NuroPb service mesh on RabbitMQ. */
module dev.fairlead.mesh {
    requires com.rabbitmq.client;
    requires dev.fairlead.protocol;
    requires static transitive org.jspecify;

    exports dev.fairlead.mesh;
    exports dev.fairlead.mesh.wire;
}
