package dev.wasl.hub.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.HttpSide;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;

/** Production behind a proxy on this machine that ends TLS. */
@SpringBootTest(
        classes = HttpSide.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.profiles.active=production",
            "wasl.access.bootstrap-admin-password=correct horse battery",
            "wasl.access.bootstrap-api-key=key-of-the-operator"
        })
class BehindProxyTest {

    @LocalServerPort
    int port;

    @Autowired
    JdbcTemplate jdbc;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void knows_who_logs_in_and_marks_the_cookie_of_a_session_over_tls() throws Exception {
        HttpResponse<String> page = send(request("https").GET());
        String cookie = cookie(page);
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(page.body());
        assertThat(token.find()).isTrue();

        HttpResponse<String> answer = send(request("https")
                .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "username=admin&password=correct+horse+battery&_csrf=" + token.group(1))));

        assertThat(cookie).contains("; Secure");
        assertThat(answer.headers().firstValue("Location"))
                .hasValueSatisfying(to -> assertThat(to).endsWith("/console/now"));
        assertThat(jdbc.queryForObject("SELECT a::text FROM hub.audit a WHERE action = 'login'", String.class))
                .contains("203.0.113.9")
                .doesNotContain("198.51.100.1", "127.0.0.1");
    }

    @Test
    void marks_no_cookie_that_came_without_tls() throws Exception {
        assertThat(cookie(send(request("http").GET()))).doesNotContain("Secure");
    }

    /** What a caller sent is in front of what the proxy saw, and is not believed. */
    private HttpRequest.Builder request(String scheme) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/login"))
                .header("X-Forwarded-For", "198.51.100.1, 203.0.113.9")
                .header("X-Forwarded-Proto", scheme);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow();
    }
}
