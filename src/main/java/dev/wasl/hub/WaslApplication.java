package dev.wasl.hub;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** Starts the hub. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class WaslApplication {

    public static void main(String[] args) {
        SpringApplication.run(WaslApplication.class, args);
    }

    /** The only source of the current time; tests replace it. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
