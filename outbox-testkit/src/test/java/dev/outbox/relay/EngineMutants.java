package dev.outbox.relay;

import dev.outbox.spi.Fetched.Row;
import dev.outbox.spi.Outcome;
import dev.outbox.spi.OutcomeListener;
import dev.outbox.spi.Outgoing;
import dev.outbox.spi.Slot;
import dev.outbox.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Engines that decide wrongly. */
final class EngineMutants {
    private EngineMutants() {}

    /** Hears other outcomes than the destination gave. */
    private static class Misheard implements Transport {
        private final Transport transport;
        private final UnaryOperator<Outcome> hearing;

        Misheard(Transport transport, UnaryOperator<Outcome> hearing) {
            this.transport = transport;
            this.hearing = hearing;
        }

        @Override
        public void send(List<Outgoing> batch, OutcomeListener outcomes) {
            transport.send(batch, (token, outcome) -> outcomes.onOutcome(token, hearing.apply(outcome)));
        }

        @Override
        public int longestRun() {
            return transport.longestRun();
        }

        @Override
        public Duration sendTimeout() {
            return transport.sendTimeout();
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    /** Takes a message for delivered of which nothing is known. */
    static final class UnknownIsSuccess extends Plant {
        @Override
        Transport transport(SimProcess process) {
            return new Misheard(process, outcome -> outcome instanceof Outcome.Unknown ? Outcome.CONFIRMED : outcome);
        }
    }

    /** Charges an attempt when the destination is unavailable. */
    static final class OutageCharged extends Plant {
        @Override
        Transport transport(SimProcess process) {
            return new Misheard(
                    process,
                    outcome -> outcome instanceof Outcome.Unavailable unavailable
                            ? new Outcome.Failed(unavailable.error())
                            : outcome);
        }
    }

    /** Sends the next message of a key while the one before it has no outcome. */
    static final class NoWaitWithinKey extends Plant {
        @Override
        RelayEngine engine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
            return new SimEngine(parts, now, signal, replies) {
                @Override
                Dispatcher newDispatcher(RelayParts parts) {
                    return new Dispatcher(
                            memory,
                            leases,
                            notes,
                            newSenders(parts),
                            parts.options().maxInFlight(),
                            now) {
                        @Override
                        boolean mayGo(KeyQueue queue) {
                            return !queue.waiting.isEmpty();
                        }
                    };
                }
            };
        }
    }

    /** Says that it sends runs, and sends their messages one after the other: one that is refused is overtaken. */
    static final class PartialRuns extends Plant {
        @Override
        Transport transport(SimProcess process) {
            return new Misheard(process, outcome -> outcome) {
                @Override
                public void send(List<Outgoing> batch, OutcomeListener outcomes) {
                    batch.forEach(outgoing -> super.send(List.of(outgoing), outcomes));
                }
            };
        }
    }

    /** Holds it against each message of a run that the run was refused. */
    static final class RunCharged extends Plant {
        @Override
        RelayEngine engine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
            return new SimEngine(parts, now, signal, replies) {
                @Override
                Verdicts newVerdicts(RelayParts parts) {
                    RelayOptions options = parts.options();
                    return new Verdicts(
                            memory, dispatcher, settler, options.retry(), parts.random(), meter, parts.wallClock()) {
                        @Override
                        boolean mayBeOfAnother(Outcome outcome) {
                            return false;
                        }
                    };
                }
            };
        }
    }

    /** Puts back the messages of a run one by one, as their outcomes come. */
    static final class RunOutOfOrder extends Plant {
        @Override
        RelayEngine engine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
            return new SimEngine(parts, now, signal, replies) {
                @Override
                Dispatcher newDispatcher(RelayParts parts) {
                    return new Dispatcher(
                            memory,
                            leases,
                            notes,
                            newSenders(parts),
                            parts.options().maxInFlight(),
                            now) {
                        @Override
                        void requeue(Held held) {
                            held.queue.waiting.addFirst(held);
                            list(held.queue);
                        }
                    };
                }
            };
        }
    }

    /** Lets one key, and one destination, fill all memory. */
    static final class OneKeyFillsTheWindow extends Plant {
        @Override
        RelayEngine engine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
            return new SimEngine(parts, now, signal, replies) {
                @Override
                Intake newIntake(RelayParts parts) {
                    return new Intake(memory, leases, parts.options(), dueTimer) {
                        @Override
                        boolean isOverLimit(Row row) {
                            return false;
                        }

                        @Override
                        void makeRoom(long now) {}
                    };
                }
            };
        }
    }

    /** Goes on reading a slot where it was when the slot was lost. */
    static final class FloorOutlivesLoss extends Plant {
        @Override
        RelayEngine engine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
            return new SimEngine(parts, now, signal, replies) {
                @Override
                Intake newIntake(RelayParts parts) {
                    return new Intake(memory, leases, parts.options(), dueTimer) {
                        private final ReadPosition[] kept = new ReadPosition[Slot.COUNT];

                        @Override
                        ReadPosition beginning(int slot) {
                            kept[slot] = kept[slot] != null ? kept[slot] : super.beginning(slot);
                            return kept[slot];
                        }
                    };
                }
            };
        }
    }

    /** Lets go of a row as soon as its delete is committed, though a read that began before may still bring it. */
    static final class ReleasedTooEarly extends Plant {
        @Override
        RelayEngine engine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
            return new SimEngine(parts, now, signal, replies) {
                @Override
                Memory newMemory(RelayParts parts) {
                    return new Memory(parts::newLane) {
                        @Override
                        boolean isReading() {
                            return false;
                        }
                    };
                }
            };
        }
    }

    /** Keeps what it held when a slot was lost, and goes on with it when the slot is regained. */
    static final class KeptAfterLoss extends Plant {
        @Override
        RelayEngine engine(RelayParts parts, long now, Runnable signal, Consumer<Runnable> replies) {
            return new SimEngine(parts, now, signal, replies) {
                @Override
                Memory newMemory(RelayParts parts) {
                    return new Memory(parts::newLane) {
                        @Override
                        void dropSlot(int slot) {
                            for (Held held : rows()) {
                                if (held.slot() == slot && held.state != Held.State.QUEUED) {
                                    return;
                                }
                            }
                        }
                    };
                }
            };
        }
    }
}
