/** What one who means harm tries, from the outside: docs/developing/attacks-and-faults.md. */
package dev.fairlead.system.attack;
