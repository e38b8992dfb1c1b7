package dev.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopicCheckTest {
    @Test
    void threeCopiesOfWhichTwoMustHaveItAreEnough() {
        assertThat(TopicCheck.warnings("t", 3, "2", "false")).isEmpty();
        assertThat(TopicCheck.warnings("t", 2, "2", "false")).isEmpty();
    }

    @Test
    void whatForgetsConfirmedMessagesIsNamedWithWhatToDo() {
        assertThat(TopicCheck.warnings("t", 1, "1", "false"))
                .singleElement()
                .asString()
                .contains("'t'", "replicas");
        assertThat(TopicCheck.warnings("t", 3, "1", "false"))
                .singleElement()
                .asString()
                .contains("min.insync.replicas=1", "set 2");
        assertThat(TopicCheck.warnings("t", 3, "2", "true"))
                .singleElement()
                .asString()
                .contains("unclean.leader.election.enable=true", "set false");
    }
}
