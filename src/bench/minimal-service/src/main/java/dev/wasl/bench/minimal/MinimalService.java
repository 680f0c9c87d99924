package dev.wasl.bench.minimal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Verifies a Stripe webhook on its raw bytes, inserts it under its unique event id, and only then answers 200. */
@SpringBootApplication
@RestController
public class MinimalService {

    private static final long TOLERANCE_SECONDS = 300;

    private final JsonFactory json = new JsonFactory();
    private final JdbcTemplate jdbc;
    private final SecretKeySpec key;

    MinimalService(JdbcTemplate jdbc, @Value("${stripe.secret}") String secret) {
        this.jdbc = jdbc;
        this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        jdbc.execute(
                """
                CREATE TABLE IF NOT EXISTS webhook_event (
                    event_id    text        NOT NULL,
                    received_at timestamptz NOT NULL DEFAULT now(),
                    body        bytea       NOT NULL,
                    CONSTRAINT pk_webhook_event PRIMARY KEY (event_id)
                )""");
    }

    public static void main(String[] args) {
        SpringApplication.run(MinimalService.class, args);
    }

    @PostMapping("/webhooks/stripe")
    ResponseEntity<Void> receive(
            HttpServletRequest request, @RequestHeader(name = "Stripe-Signature", defaultValue = "") String signature)
            throws IOException, GeneralSecurityException {
        byte[] body = request.getInputStream().readAllBytes();
        if (!genuine(signature, body)) {
            return ResponseEntity.status(401).build();
        }
        jdbc.update("INSERT INTO webhook_event (event_id, body) VALUES (?, ?) ON CONFLICT DO NOTHING", eventId(body), body);
        return ResponseEntity.ok().build();
    }

    private boolean genuine(String header, byte[] body) throws GeneralSecurityException {
        String time = "";
        String v1 = "";
        for (String part : header.split(",")) {
            if (part.startsWith("t=")) {
                time = part.substring(2);
            } else if (part.startsWith("v1=")) {
                v1 = part.substring(3);
            }
        }
        if (time.isEmpty() || v1.isEmpty()) {
            return false;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        mac.update(time.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) '.');
        byte[] expected = HexFormat.of().formatHex(mac.doFinal(body)).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, v1.getBytes(StandardCharsets.UTF_8))
                && Long.parseLong(time) >= System.currentTimeMillis() / 1000 - TOLERANCE_SECONDS;
    }

    private String eventId(byte[] body) throws IOException {
        try (JsonParser parser = json.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean id = parser.currentName().equals("id");
                parser.nextToken();
                if (id) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
        }
        throw new IOException("no event id");
    }
}
