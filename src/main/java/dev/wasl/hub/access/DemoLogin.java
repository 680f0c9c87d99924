package dev.wasl.hub.access;

import java.util.Optional;
import org.springframework.stereotype.Component;

/** The public login of the demo, for those who may show it. Absent in production and once the password was changed. */
@Component
public class DemoLogin {

    private volatile boolean valid;

    /** What to type, if it works. */
    public Optional<Login> login() {
        return valid ? Optional.of(new Login(Bootstrap.ADMIN, Bootstrap.DEMO_PASSWORD)) : Optional.empty();
    }

    void valid() {
        valid = true;
    }

    /** A name and its password, both public knowledge. */
    public record Login(String username, String password) {}
}
