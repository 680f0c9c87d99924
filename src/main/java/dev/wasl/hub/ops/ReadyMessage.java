package dev.wasl.hub.ops;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

/** Tells, once everything runs, where to look and how to get in. */
@Component
class ReadyMessage {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyMessage.class);

    private final Environment environment;

    ReadyMessage(Environment environment) {
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void announce() {
        double seconds = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
        LOG.info("{}", text(environment, seconds));
    }

    /** @param seconds since the JVM started */
    static String text(Environment environment, double seconds) {
        String took = String.format(Locale.ROOT, "%.1f s after the JVM start", seconds);
        if (environment.acceptsProfiles(Profiles.of(StartupCheck.PRODUCTION))) {
            return "Wasl is ready, " + took + ": console at " + environment.getProperty("wasl.public-url") + "/";
        }
        String port = environment.getProperty("local.server.port", environment.getProperty("server.port", "8080"));
        String password =
                environment.getProperty(StartupCheck.ADMIN_PASSWORD, "").isBlank()
                        ? StartupCheck.DEMO_PASSWORD
                        : "the one in " + StartupCheck.ADMIN_PASSWORD;
        return "Wasl is ready, " + took + ": console at http://localhost:" + port + "/ (user admin, password "
                + password + ")";
    }
}
