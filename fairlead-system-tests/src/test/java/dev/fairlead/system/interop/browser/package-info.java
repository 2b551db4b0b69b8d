/** A browser as sender. */
package dev.fairlead.system.interop.browser;
