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
        try {
            SpringApplication.run(WaslApplication.class, args);
        } catch (RuntimeException e) {
            // Spring has told why; threads of the broker's client would keep a failed start alive for a minute
            System.exit(1);
        }
    }

    /** The only source of the current time; tests replace it. */
    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
