/**
 * What relaying costs: Fairlead, the least that any relay can cost, and other programs, side by side in one run.
 *
 * <p>{@link dev.fairlead.bench.load.Main} reads the command line, {@link dev.fairlead.bench.load.Bench} runs a
 * {@link dev.fairlead.bench.load.Plan} and gives {@link dev.fairlead.bench.load.Results}, which are kept as JSON; the tables
 * and the chart are made from these alone, at any later time.
 *
 * <h2>What makes the figures worth something</h2>
 *
 * <ul>
 *   <li>Candidates take turns within each round, so that whatever else the machine does falls on all of them.
 *   <li>CPU time is compared rather than wall time, and only the CPU of the program under test is counted.
 *   <li>A ratio is taken within a round, between neighbours; the median of the rounds is what is told.
 * </ul>
 *
 * <h2>Threads and processes</h2>
 *
 * <p>One thread measures. Each candidate is a process of its own; {@link dev.fairlead.bench.load.Children} ends them all, and no
 * others, however the run ends.
 */
@NullMarked
package dev.fairlead.bench.load;

import org.jspecify.annotations.NullMarked;
