package dev.wasl.hub.console;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.web.util.WebUtils;

/** How bright the console is. */
enum Theme {
    /** As the device wants it. */
    AUTO,
    LIGHT,
    DARK;

    static final String COOKIE = "wasl-theme";

    /** The form in URLs, cookies and style sheets. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Theme> of(String id) {
        return Arrays.stream(values()).filter(theme -> theme.id().equals(id)).findFirst();
    }

    static Theme of(HttpServletRequest request) {
        var cookie = WebUtils.getCookie(request, COOKIE);
        return cookie == null ? AUTO : of(cookie.getValue()).orElse(AUTO);
    }
}
