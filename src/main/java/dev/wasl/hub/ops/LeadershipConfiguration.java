package dev.wasl.hub.ops;

import dev.wasl.hub.ops.HubSettings.Place;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The hub's part in electing a leader. */
@Configuration(proxyBeanMethods = false)
class LeadershipConfiguration {

    @Bean
    AdvisoryLockLeadership leadership(
            JdbcConnectionDetails database, LeadershipSettings settings, HubSettings hub, Clock clock) {
        String nodeId = settings.nodeId().isBlank() ? defaultNodeId() : settings.nodeId();
        // An embedded database has one hub only, so there is no leader before to wait for.
        Duration pause = hub.database() == Place.EMBEDDED ? Duration.ZERO : settings.lease();
        return new AdvisoryLockLeadership(
                () -> LeadershipRepository.open(database, nodeId, settings.answerTimeout(), settings.silence()),
                settings,
                pause,
                nodeId,
                clock);
    }

    private static String defaultNodeId() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "hub"; // a machine that cannot resolve its own name still has a process id
        }
        return host + "-" + ProcessHandle.current().pid();
    }
}
