/** The management port, as operators and their tools meet it. */
package dev.fairlead.system.management;
