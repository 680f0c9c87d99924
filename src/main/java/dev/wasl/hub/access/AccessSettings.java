package dev.wasl.hub.access;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How people and systems come in.
 *
 * @param bootstrapAdminPassword the password of the login {@code admin}; blank leaves what is stored
 * @param bootstrapApiKey the API key named {@code bootstrap}, with every scope; blank leaves what is stored
 * @param keyCache how long a looked-up key is remembered
 * @param loginFailures after so many failures a login waits for the rest of the window
 * @param loginWindow how long failures are remembered
 */
@ConfigurationProperties("wasl.access")
record AccessSettings(
        @DefaultValue("") String bootstrapAdminPassword,
        @DefaultValue("") String bootstrapApiKey,
        @DefaultValue("15s") Duration keyCache,
        @DefaultValue("5") int loginFailures,
        @DefaultValue("15m") Duration loginWindow) {

    AccessSettings {
        bootstrapAdminPassword = bootstrapAdminPassword.strip();
        bootstrapApiKey = bootstrapApiKey.strip();
    }

    /** Keeps secrets out of logs. */
    @Override
    public String toString() {
        return "AccessSettings[keyCache=" + keyCache + ", loginFailures=" + loginFailures + ", loginWindow="
                + loginWindow + "]";
    }
}
