package dev.wasl.hub.ops;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the hubs on one database agree on a leader.
 *
 * @param nodeId the name of this hub, unique among them; empty for host name and process id
 * @param interval between two looks at the database
 * @param answerTimeout how long the database may take to answer before it counts as lost
 */
@ConfigurationProperties("wasl.leadership")
record LeadershipSettings(
        @DefaultValue("") String nodeId,
        @DefaultValue("2s") Duration interval,
        @DefaultValue("3s") Duration answerTimeout) {

    LeadershipSettings {
        if (interval.isNegative() || interval.isZero() || answerTimeout.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "wasl.leadership.interval must be positive and wasl.leadership.answer-timeout at least 1s");
        }
    }

    /** How long a leader may go without confirmation: within it, it notices that it leads no more. */
    Duration lease() {
        return interval.plus(answerTimeout);
    }

    /** When the database ends the session of a silent leader: later than the leader itself gives up. */
    Duration silence() {
        return lease().multipliedBy(2).plusSeconds(2);
    }
}
