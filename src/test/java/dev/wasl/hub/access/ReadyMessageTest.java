package dev.wasl.hub.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class ReadyMessageTest {

    private final MockEnvironment environment = new MockEnvironment().withProperty("local.server.port", "12345");
    private final DemoLogin demo = new DemoLogin();
    private final ReadyMessage message = new ReadyMessage(environment, demo);

    @Test
    void announces_the_demo_with_its_login() {
        demo.valid();

        assertThat(message.text(7.25))
                .contains("http://localhost:12345/", "user admin", "password wasl-demo", "7.3 s after the JVM start");
    }

    @Test
    void says_nothing_of_a_login_that_does_not_work_however_the_password_was_set() {
        environment.setProperty("wasl.access.bootstrap-admin-password", "chosen by me");

        assertThat(message.text(1))
                .endsWith("http://localhost:12345/")
                .doesNotContain("chosen by me", "admin", "wasl-demo");
    }

    @Test
    void names_in_production_the_address_of_the_hub() {
        environment.setActiveProfiles("production");
        environment.setProperty("wasl.public-url", "https://hub.example.com");

        assertThat(message.text(1)).endsWith("https://hub.example.com/");
    }
}
