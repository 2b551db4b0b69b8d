// SPDX-License-Identifier: Apache-2.0
package dev.fairlead.cli.doctor;

import dev.fairlead.protocol.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was found, for people or for programs. Not safe for several threads. */
public final class Report {

    /** Where the text of a finding begins. */
    private static final String MARGIN = " ".repeat(29);

    private final List<Finding> findings = new ArrayList<>();

    /** Adds what a step found. */
    public void add(Finding finding) {
        findings.add(finding);
    }

    /** {@return whether nothing that was examined keeps a client from connecting} */
    public boolean isWell() {
        return steps(Outcome.FAIL).isEmpty();
    }

    /** {@return a finding for people, in one line or more; the last one without its end} */
    public static String text(Finding finding) {
        StringBuilder text = new StringBuilder(
                String.format("%-8s  %-17s  %s", finding.outcome().word(), finding.step(), finding.found()));
        for (String detail : finding.details()) {
            text.append(System.lineSeparator()).append(MARGIN).append(detail);
        }
        for (String remedy : finding.remedies()) {
            text.append(System.lineSeparator())
                    .append(MARGIN)
                    .append(remedy.startsWith(" ") ? "   " : "-> ")
                    .append(remedy.strip());
        }
        return text.toString();
    }

    /** {@return the last line} */
    public String verdict() {
        List<String> failed = steps(Outcome.FAIL);
        List<String> doubtful = steps(Outcome.WARN);
        List<String> skipped = steps(Outcome.SKIPPED);
        if (!failed.isEmpty()) {
            return "Not well: " + String.join(", ", failed) + ".";
        }
        String rest = skipped.isEmpty() ? "" : " Not examined: " + String.join(", ", skipped) + ".";
        return (doubtful.isEmpty() ? "All well." : "Well, with a warning: " + String.join(", ", doubtful) + ".") + rest;
    }

    private List<String> steps(Outcome outcome) {
        return findings.stream()
                .filter(finding -> finding.outcome() == outcome)
                .map(Finding::step)
                .toList();
    }

    /** {@return all of it as a JSON object} */
    public String json() {
        List<Map<String, Object>> steps = findings.stream()
                .map(finding -> {
                    Map<String, Object> step = new LinkedHashMap<>();
                    step.put("step", finding.step());
                    step.put("outcome", finding.outcome().word().toLowerCase(Locale.ROOT));
                    step.put("found", finding.found());
                    step.put("details", finding.details());
                    step.put("remedies", finding.remedies());
                    return step;
                })
                .toList();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("well", isWell());
        report.put("verdict", verdict());
        report.put("steps", steps);
        return Json.write(report);
    }
}
