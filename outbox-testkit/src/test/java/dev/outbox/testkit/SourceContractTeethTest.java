package dev.outbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.outbox.spi.Incoming;
import dev.outbox.spi.Sink;
import dev.outbox.spi.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Sources that are broken in one place each: the contract suites must catch every one of them. */
class SourceContractTeethTest {
    @Test
    void aSoundSourcePasses() {
        assertThat(ContractRun.failures(() -> new Suite(Wrapped::new))).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> everyBrokenSourceIsCaught() {
        Map<String, Function<InMemorySource, Wrapped>> mutants = new LinkedHashMap<>();
        mutants.put("acknowledges what is below too", sound -> new Wrapped(sound) {
            @Override
            public void acknowledge(List<Incoming> finished, Runnable onDurable) {
                sound.acknowledge(
                        delivered.stream()
                                .filter(one -> finished.stream().anyMatch(end -> end.token() >= one.token()))
                                .toList(),
                        onDurable);
            }
        });
        mutants.put("acknowledges nothing", sound -> new Wrapped(sound) {
            @Override
            public void acknowledge(List<Incoming> finished, Runnable onDurable) {
                sound.acknowledge(List.of(), onDurable);
            }
        });
        mutants.put("reports no acknowledgement", sound -> new Wrapped(sound) {
            @Override
            public void acknowledge(List<Incoming> finished, Runnable onDurable) {
                sound.acknowledge(finished);
            }
        });
        mutants.put("does not pause", sound -> new Wrapped(sound) {
            @Override
            public void pause() {}
        });
        mutants.put("does not resume", sound -> new Wrapped(sound) {
            @Override
            public void resume() {}
        });
        mutants.put("keeps its groups when it is closed", sound -> new Wrapped(sound) {
            @Override
            public void close() {}
        });
        mutants.put("does not wait for what runs", sound -> new Wrapped(sound) {
            @Override
            CompletionStage<Void> drained(CompletionStage<Void> really) {
                return CompletableFuture.completedFuture(null);
            }
        });
        mutants.put(
                "delivers in another order",
                sound -> delivering(sound, batch -> {
                    List<Incoming> reversed = new ArrayList<>(batch);
                    Collections.reverse(reversed);
                    return reversed;
                }));
        mutants.put(
                "delivers twice",
                sound -> delivering(
                        sound,
                        batch -> Stream.concat(batch.stream(), batch.stream()).toList()));
        mutants.put(
                "uses tokens again",
                sound -> delivering(
                        sound,
                        batch -> batch.stream()
                                .map(one -> with(one, one.token() % 7, one.redelivered()))
                                .toList()));
        mutants.put(
                "marks nothing",
                sound -> delivering(
                        sound,
                        batch -> batch.stream()
                                .map(one -> with(one, one.token(), false))
                                .toList()));
        mutants.put(
                "marks everything",
                sound -> delivering(
                        sound,
                        batch -> batch.stream()
                                .map(one -> with(one, one.token(), true))
                                .toList()));
        return mutants.entrySet().stream()
                .map(mutant -> dynamicTest(
                        "one that " + mutant.getKey(),
                        () -> assertThat(ContractRun.failures(() -> new Suite(mutant.getValue())))
                                .as("failed tests")
                                .isNotEmpty()));
    }

    private static Wrapped delivering(InMemorySource sound, UnaryOperator<List<Incoming>> change) {
        return new Wrapped(sound) {
            @Override
            List<Incoming> delivering(List<Incoming> batch) {
                return change.apply(batch);
            }
        };
    }

    private static Incoming with(Incoming one, long token, boolean redelivered) {
        return new Incoming(token, one.group(), one.message(), one.appendedAt(), redelivered);
    }

    private static final class Suite extends InMemorySourceTest {
        private final Function<InMemorySource, Wrapped> mutant;

        Suite(Function<InMemorySource, Wrapped> mutant) {
            this.mutant = mutant;
        }

        @Override
        protected Duration patience() {
            return Duration.ofMillis(300);
        }

        @Override
        protected Source source() {
            return mutant.apply((InMemorySource) super.source());
        }

        @Override
        protected void kill(Source mortal) {
            super.kill(((Wrapped) mortal).sound);
        }
    }

    private static class Wrapped implements Source, Sink {
        final InMemorySource sound;
        final List<Incoming> delivered = new ArrayList<>();
        private Sink sink = new SourceContract.Recorder(new CompletableFuture<>());

        Wrapped(InMemorySource sound) {
            this.sound = sound;
        }

        List<Incoming> delivering(List<Incoming> batch) {
            return batch;
        }

        CompletionStage<Void> drained(CompletionStage<Void> really) {
            return really;
        }

        @Override
        public void start(Sink consumer) {
            sink = consumer;
            sound.start(this);
        }

        @Override
        public void acknowledge(List<Incoming> finished, Runnable onDurable) {
            sound.acknowledge(finished, onDurable);
        }

        @Override
        public void pause() {
            sound.pause();
        }

        @Override
        public void resume() {
            sound.resume();
        }

        @Override
        public void close() {
            sound.close();
        }

        @Override
        public String consumer() {
            return sink.consumer();
        }

        @Override
        public void deliver(List<Incoming> batch) {
            List<Incoming> changed = delivering(batch);
            delivered.addAll(changed);
            sink.deliver(changed);
        }

        @Override
        public CompletionStage<Void> revoke(Collection<String> groups) {
            return drained(sink.revoke(groups));
        }

        @Override
        public void lost(Collection<String> groups) {
            sink.lost(groups);
        }
    }
}
