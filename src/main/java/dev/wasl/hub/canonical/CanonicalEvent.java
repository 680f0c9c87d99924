package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of every canonical message: CloudEvents 1.0 in structured JSON.
 *
 * @param specversion always {@code 1.0}
 * @param id deterministic: the source's event id, else a hash; the same fact always has the same id
 * @param source {@code /<tenant>/<connector>}
 * @param type {@code dev.wasl.<entity>.<event>.v1}
 * @param subject {@code delivery/bosta/90000001}, {@code payment/stripe/pi_1}
 * @param time event time, not the time of arrival
 * @param tenant extension: the tenant's name
 * @param correlationid extension: ties the messages of one business case
 * @param causationid extension: the id of the message that caused this one
 * @param traceparent extension: W3C trace context
 * @param data the typed content
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CanonicalEvent(
        String specversion,
        String id,
        String source,
        String type,
        String subject,
        Instant time,
        String datacontenttype,
        @Nullable String dataschema,
        String tenant,
        @Nullable String correlationid,
        @Nullable String causationid,
        @Nullable String traceparent,
        CanonicalData data) {

    /** The part of the source after the tenant: {@code stripe} of {@code /portal/stripe}. */
    public String connector() {
        return source.substring(source.lastIndexOf('/') + 1);
    }
}
