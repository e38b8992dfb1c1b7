package dev.outbox.tool;

import picocli.CommandLine.Command;

/** The tool as a part of an application's own command, which knows where the tables are. */
@Command(header = "Looks after the outbox of this application.")
final class ApplicationCommand extends Root {}
