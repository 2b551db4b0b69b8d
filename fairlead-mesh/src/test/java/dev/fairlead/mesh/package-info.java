/** Tests of what needs no broker. */
package dev.fairlead.mesh;
