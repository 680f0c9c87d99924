package dev.wasl.hub.connector;

import dev.wasl.hub.connector.SyncState.Phase;
import dev.wasl.hub.ops.DatabaseHealth;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/**
 * Shows what each connector that asks is at. A source that refuses or throttles does not make the hub unhealthy (a restart
 * would not help): it shows as {@code DEGRADED}, which does not count in the sum.
 */
@Component
class ConnectorsHealthIndicator extends AbstractHealthIndicator {

    private static final Status DEGRADED = new Status("DEGRADED");

    private final ConnectorSync sync;
    private final DatabaseHealth database;

    ConnectorsHealthIndicator(ConnectorSync sync, DatabaseHealth database) {
        super("The connectors' states cannot be read");
        this.sync = sync;
        this.database = database;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        Map<String, Object> details = new LinkedHashMap<>();
        boolean degraded = false;
        for (SyncState state : database.look(sync::states)) {
            degraded |= state.phase() == Phase.NEEDS_ATTENTION || state.phase() == Phase.STANDBY;
            details.put(state.tenant() + "/" + state.connector(), describe(state));
        }
        health.status(degraded ? DEGRADED : Status.UP).withDetails(details);
    }

    private static Map<String, Object> describe(SyncState state) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("phase", state.phase());
        if (state.paused()) {
            shown.put("paused", true);
        }
        if (state.lastSuccessAt() != null) {
            shown.put("lastSuccessAt", state.lastSuccessAt());
        }
        if (state.blockedUntil() != null) {
            shown.put("blockedUntil", state.blockedUntil());
        }
        if (state.errorCode() != null) {
            shown.put("error", state.errorCode());
        }
        return shown;
    }
}
