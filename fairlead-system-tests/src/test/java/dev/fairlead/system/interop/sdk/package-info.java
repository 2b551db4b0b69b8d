/** The SDK of Fairlead beside foreign clients. */
package dev.fairlead.system.interop.sdk;
