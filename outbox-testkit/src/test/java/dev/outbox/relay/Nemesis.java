package dev.outbox.relay;

import dev.outbox.spi.DeadLetter;
import dev.outbox.spi.DeadLetterQuery;
import java.util.List;

/** Plans what befalls whole processes, the database, and the operator. */
final class Nemesis {
    private final Simulation simulation;
    private final Scenario scenario;

    Nemesis(Simulation simulation) {
        this.simulation = simulation;
        this.scenario = simulation.scenario;
    }

    void plan() {
        often(Fault.CRASH, 6, () -> {
            SimProcess victim = victim();
            if (victim != null) {
                victim.crash();
                simulation.restart(victim);
            }
            return victim != null;
        });
        often(Fault.PAUSE, 4, () -> pause(false));
        often(Fault.SUSPEND, 4, () -> pause(true));
        often(Fault.CLOSE, 4, this::closeOne);
        often(Fault.FAILOVER, 6, () -> {
            simulation.database.restartWithPositionsLost();
            simulation.publishers.cutOff();
            simulation.disturbed();
            return true;
        });
        often(Fault.REDRIVE, 8, this::redrive);
    }

    private interface Deed {
        boolean isDone();
    }

    private void often(Fault fault, int atMost, Deed deed) {
        if (!scenario.has(fault)) {
            return;
        }
        int times = 1 + (int) (atMost * scenario.strength(fault));
        for (int i = 0; i < times; i++) {
            simulation.timeline.at((long) (scenario.activeNanos * scenario.random.nextDouble()), () -> {
                if (deed.isDone()) {
                    scenario.count(fault);
                }
            });
        }
    }

    private SimProcess victim() {
        List<SimProcess> alive = simulation.processes.stream()
                .filter(process -> process.isAlive() && !process.isPaused() && !process.isStopping())
                .toList();
        return alive.isEmpty() ? null : alive.get(scenario.random.nextInt(alive.size()));
    }

    private boolean pause(boolean withClock) {
        SimProcess victim = victim();
        if (victim != null) {
            victim.pause(scenario.between(20, 3 * scenario.leaseNanos() / 1e6), withClock);
        }
        return victim != null;
    }

    private boolean closeOne() {
        SimProcess victim = victim();
        if (victim != null) {
            boolean patient = scenario.isFreeOfDuplicates() || scenario.random.nextBoolean();
            victim.close(patient ? Scenario.millis(5_000) : scenario.between(0, 300));
            simulation.restart(victim);
        }
        return victim != null;
    }

    private boolean redrive() {
        List<DeadLetter> dead = simulation.database.list(DeadLetterQuery.all());
        if (dead.isEmpty()) {
            return false;
        }
        boolean one = scenario.random.nextBoolean();
        long number = dead.get(scenario.random.nextInt(dead.size())).number();
        simulation.database.operatorRedrives(one ? DeadLetterQuery.number(number) : DeadLetterQuery.all());
        return true;
    }
}
