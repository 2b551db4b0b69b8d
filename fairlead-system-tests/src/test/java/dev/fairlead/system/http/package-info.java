/** Plain HTTP through the relay: the chapters of the protocol, as sentences of a sender and a listener. */
package dev.fairlead.system.http;
