package dev.wasl.hub.reconciliation;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How money is compared.
 *
 * @param codLateAfter how long a courier may keep what it collected before it is late
 */
@ConfigurationProperties("wasl.reconciliation")
record ReportSettings(@DefaultValue("7d") Duration codLateAfter) {}
