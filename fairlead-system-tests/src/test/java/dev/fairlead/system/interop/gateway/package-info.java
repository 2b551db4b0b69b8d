/** Foreign clients of the gateway's endpoints. */
package dev.fairlead.system.interop.gateway;
