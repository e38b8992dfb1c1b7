package dev.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outbox.jdbc.Horizon.Candidate;
import dev.outbox.jdbc.Horizon.Known;
import org.junit.jupiter.api.Test;

class HorizonTest {
    private static final String SERVER = "server";
    private static final long SECOND = 1_000_000_000;

    private final Horizon horizon = new Horizon();

    private long fetch(long xmin) {
        return horizon.observe(horizon.begin(), SERVER, xmin);
    }

    @Test
    void nothingIsSafeBeforeACandidateWasSeenToBe() {
        assertThat(fetch(100)).isZero();
        horizon.propose(new Candidate(SERVER, 7, 100));
        assertThat(fetch(99)).isZero();
        assertThat(fetch(100)).as("the candidate itself is still under way").isZero();
        assertThat(fetch(101)).isEqualTo(7);
        assertThat(fetch(50)).as("what was safe stays safe").isEqualTo(7);
    }

    @Test
    void aFetchDoesNotUseWhatAnotherFoundOutMeanwhile() {
        fetch(1);
        horizon.propose(new Candidate(SERVER, 7, 100));
        Known slow = horizon.begin();
        assertThat(fetch(101)).isEqualTo(7);
        assertThat(horizon.observe(slow, SERVER, 100)).isZero();
        assertThat(fetch(1)).isEqualTo(7);
    }

    @Test
    void aFetchThatBeganBeforeTheCandidateDoesNotUseIt() {
        fetch(1);
        Known before = horizon.begin();
        horizon.propose(new Candidate(SERVER, 7, 100));
        assertThat(horizon.observe(before, SERVER, 200)).isZero();
    }

    @Test
    void anotherServerBeginsAtZeroAndDoesNotConfirmACandidateOfTheOneBefore() {
        fetch(1);
        horizon.propose(new Candidate(SERVER, 7, 100));
        assertThat(fetch(101)).isEqualTo(7);
        horizon.propose(new Candidate(SERVER, 9, 110));
        assertThat(horizon.observe(horizon.begin(), "other", 1_000)).isZero();
        assertThat(horizon.observe(horizon.begin(), "other", 1_000)).isZero();
        horizon.propose(new Candidate(SERVER, 11, 120));
        assertThat(horizon.observe(horizon.begin(), "other", 1_000)).isZero();
    }

    @Test
    void thereIsOneCandidateAtATimeAndOneASecond() {
        fetch(1);
        assertThat(horizon.wantsCandidate(1, 0)).isTrue();
        assertThat(horizon.wantsCandidate(1, SECOND - 1)).isFalse();
        assertThat(horizon.wantsCandidate(0, SECOND)).as("the first one failed").isTrue();
        horizon.propose(new Candidate(SERVER, 7, 100));
        assertThat(horizon.wantsCandidate(1, 5 * SECOND))
                .as("one is outstanding")
                .isFalse();
        fetch(101);
        assertThat(horizon.wantsCandidate(0, 6 * SECOND)).isTrue();
    }

    @Test
    void thereIsNoCandidateWhenNothingCameIn() {
        fetch(1);
        assertThat(horizon.wantsCandidate(0, 0)).isFalse();
        assertThat(horizon.wantsCandidate(1, SECOND)).isTrue();
        assertThat(horizon.wantsCandidate(0, 10 * SECOND)).isFalse();
    }

    @Test
    void manyRowsAreWorthACandidateAtOnce() {
        fetch(1);
        assertThat(horizon.wantsCandidate(1, 0)).isTrue();
        assertThat(horizon.wantsCandidate(Horizon.CANDIDATE_ROWS - 1, 1)).isFalse();
        assertThat(horizon.wantsCandidate(1, 2)).isTrue();
    }
}
