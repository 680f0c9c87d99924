package dev.wasl.hub.access;

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
    private final DemoLogin demo;

    ReadyMessage(Environment environment, DemoLogin demo) {
        this.environment = environment;
        this.demo = demo;
    }

    @EventListener(ApplicationReadyEvent.class)
    void announce() {
        LOG.info("{}", text(ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0));
    }

    /** @param seconds since the JVM started */
    String text(double seconds) {
        String ready = String.format(Locale.ROOT, "Wasl is ready, %.1f s after the JVM start: console at ", seconds);
        if (environment.acceptsProfiles(Profiles.of("production"))) {
            return ready + environment.getProperty("wasl.public-url") + "/";
        }
        String port = environment.getProperty("local.server.port", environment.getProperty("server.port", "8080"));
        return ready + "http://localhost:" + port + "/"
                + demo.login()
                        .map(login -> " (user " + login.username() + ", password " + login.password() + ")")
                        .orElse("");
    }
}
