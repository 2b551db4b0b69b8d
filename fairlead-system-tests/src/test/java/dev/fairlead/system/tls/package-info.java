/** What is done before HTTP on the ports that speak TLS, and what TLS changes of pairs. */
package dev.fairlead.system.tls;
