package dev.wasl.hub.flow;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Tells broken route files; the hub itself stays up, the other routes run. */
@Component("routesHealthIndicator")
class RouteFilesHealth implements HealthIndicator {

    private final RouteStatus status;

    RouteFilesHealth(RouteStatus status) {
        this.status = status;
    }

    @Override
    public Health health() {
        if (status.files().isEmpty()) {
            return Health.down().withDetail("reason", "no route file is loaded").build();
        }
        Health.Builder health = Health.up();
        for (RouteStatus.RouteFile file : status.files()) {
            if (file.error() != null) {
                health.status("DEGRADED").withDetail(file.name(), file.error());
            }
        }
        return health.build();
    }
}
