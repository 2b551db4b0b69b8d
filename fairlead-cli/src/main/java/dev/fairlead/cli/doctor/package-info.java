/**
 * Finding out why a client cannot connect, step by step. Each step has one class and looks at one thing; {@link
 * dev.fairlead.cli.doctor.Doctor} knows their order and what each needs from those before it.
 *
 * <ul>
 *   <li>A token goes only to a relay whose certificate was accepted, and no secret goes into a {@link
 *       dev.fairlead.cli.doctor.Finding}.
 *   <li>Nobody is harmed: a probe that could take a sender from a listener runs only where nobody listens, or if it is asked
 *       for, and leaves at once.
 *   <li>Every step has a time limit; one that has passed it is a finding.
 * </ul>
 */
@NullMarked
package dev.fairlead.cli.doctor;

import org.jspecify.annotations.NullMarked;
