package dev.wasl.hub.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wasl.hub.ops.LogContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Keeps failed messages as work for a person, in the transaction of the caller. */
@Component
public class Parking {

    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int MAX_REASON = 2_000;

    /** What differs between two failures of one cause: numbers, ids, quoted values. */
    private static final Pattern VARIABLE_PARTS = Pattern.compile("'[^']*'|\"[^\"]*\"|[0-9a-fA-F-]{8,}|\\d+");

    private final ParkingRepository repository;
    private final MeterRegistry meters;

    Parking(ParkingRepository repository, MeterRegistry meters) {
        this.repository = repository;
        this.meters = meters;
    }

    /** Parks a message. A message that is parked already, or comes back from a replay, stays one piece of work. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void park(ParkRequest request) {
        String reason = clean(request.reason().getMessage());
        repository.upsert(
                UUID.randomUUID(),
                request,
                reason,
                fingerprint(request.stage(), request.reason().code().id(), reason),
                json(request));
        meters.counter(
                        "wasl.parked",
                        "tenant",
                        request.tenant(),
                        "connector",
                        request.connector(),
                        "code",
                        request.reason().code().id())
                .increment();
        LogContext logged = LogContext.message(request.tenant(), request.messageId());
        try {
            LOG.warn("Parked a message of {} from {}: {}", request.connector(), request.queue(), reason);
        } finally {
            logged.end();
        }
    }

    /** One name for all failures of one cause. */
    static String fingerprint(String stage, String code, String reason) {
        String pattern = VARIABLE_PARTS.matcher(reason).replaceAll("#");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((stage + '|' + code + '|' + pattern).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String clean(String reason) {
        // PostgreSQL text cannot hold NUL
        String text = reason.replace("\u0000", "");
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
    }

    private static String json(ParkRequest request) {
        try {
            return JSON.writeValueAsString(request.properties());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
