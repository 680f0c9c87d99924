package dev.wasl.hub.connector.bosta;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;

/** The two calls, made through the Kamelets {@code bosta-search-action} and {@code bosta-delivery-action}. */
class BostaTransport {

    private static final Pattern TRACKING_NUMBER = Pattern.compile("[0-9]{1,20}");

    private final CamelContext camel;
    private final ProducerTemplate template;
    private final String search;
    private final String delivery;
    private @Nullable Endpoint searchEndpoint;
    private @Nullable Endpoint deliveryEndpoint;

    BostaTransport(CamelContext camel, ProducerTemplate template, String tenant, BostaSettings settings) {
        this.camel = camel;
        this.template = template;
        // without error handler: a failed call comes back to its caller instead of being parked
        String parameters = "?noErrorHandler=true"
                + "&baseUrl=" + raw(settings.baseUrl())
                + "&apiKey=" + raw(String.valueOf(settings.apiKey()))
                + "&connectTimeout=" + settings.connectTimeout().toMillis()
                + "&responseTimeout=" + settings.responseTimeout().toMillis();
        String name = tenant.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
        this.search = "kamelet:bosta-search-action/bosta-search-" + name + parameters;
        this.delivery = "kamelet:bosta-delivery-action/bosta-delivery-" + name + parameters;
    }

    /** An answer as it came. */
    record Answer(int status, @Nullable String retryAfter, byte[] body) {}

    /** Whether a text can be a tracking number: only digits, as it becomes part of a path. */
    static boolean isTrackingNumber(@Nullable String text) {
        return text != null && TRACKING_NUMBER.matcher(text).matches();
    }

    /**
     * Asks for one page.
     *
     * @param request the body, JSON
     * @throws BostaException when no answer came
     */
    Answer search(byte[] request) {
        return call(searchEndpoint(), request, null);
    }

    /**
     * Asks for one delivery.
     *
     * @throws IllegalArgumentException when the tracking number is not made of digits
     * @throws BostaException when no answer came
     */
    Answer delivery(String trackingNumber) {
        if (!isTrackingNumber(trackingNumber)) {
            throw new IllegalArgumentException("not a tracking number");
        }
        return call(deliveryEndpoint(), null, trackingNumber);
    }

    // One endpoint a Kamelet: asking the context for the URI again would build the Kamelet's route again.

    private synchronized Endpoint searchEndpoint() {
        if (searchEndpoint == null) {
            searchEndpoint = camel.getEndpoint(search);
        }
        return searchEndpoint;
    }

    private synchronized Endpoint deliveryEndpoint() {
        if (deliveryEndpoint == null) {
            deliveryEndpoint = camel.getEndpoint(delivery);
        }
        return deliveryEndpoint;
    }

    private Answer call(Endpoint endpoint, byte @Nullable [] body, @Nullable String trackingNumber) {
        Exchange exchange = template.send(endpoint, request -> {
            request.getMessage().setBody(body);
            if (trackingNumber != null) {
                request.getMessage().setHeader("trackingNumber", trackingNumber);
            }
        });
        Exception failure = exchange.getException();
        if (failure != null) {
            throw failed(failure);
        }
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (status == null) {
            throw BostaException.unreachable("Bosta was not called", null);
        }
        byte[] answer = exchange.getMessage().getBody(byte[].class);
        String retryAfter = exchange.getMessage().getHeader("Retry-After", String.class);
        return new Answer(status, retryAfter, answer == null ? new byte[0] : answer);
    }

    private static BostaException failed(Exception failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        if (cause instanceof BostaHttpClient.AnswerTooLargeException) {
            return BostaException.unreadable(String.valueOf(cause.getMessage()), failure);
        }
        // class name only: messages of Camel's exceptions hold the endpoint with its key
        String name = cause == null
                ? failure.getClass().getSimpleName()
                : cause.getClass().getSimpleName();
        return BostaException.unreachable("no answer from Bosta (" + name + ")", cause);
    }

    private static String raw(String value) {
        return value.contains(")") ? "RAW{" + value + "}" : "RAW(" + value + ")";
    }
}
