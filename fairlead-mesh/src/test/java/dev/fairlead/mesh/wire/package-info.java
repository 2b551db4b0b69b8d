/** Tests of the wire, by what the Python library and its services were seen to send. */
package dev.fairlead.mesh.wire;
