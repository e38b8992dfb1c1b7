package dev.outbox.examples.orderpipeline.audit;

/**
 * One thing that has to be true, and what was found.
 *
 * @param claim what has to be true
 * @param holds whether it is
 * @param evidence the figures
 */
public record Check(String claim, boolean holds, String evidence) {}
