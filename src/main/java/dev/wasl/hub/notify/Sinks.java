package dev.wasl.hub.notify;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Calls sink Kamelets. Endpoints are made from the operator's configuration only, one per tenant and provider; a message
 * can choose neither address nor headers.
 */
@Component
class Sinks {

    private final CamelContext camel;
    private final ProducerTemplate template;

    Sinks(CamelContext camel) {
        this.camel = camel;
        this.template = camel.createProducerTemplate();
    }

    /**
     * Makes the endpoint of one tenant's provider.
     *
     * @param kamelet the Kamelet's name
     * @param tenant whose account it is; names the route that is made
     * @param parameters its properties; null values are left out
     */
    Sink sink(String kamelet, String tenant, Map<String, @Nullable Object> parameters) {
        StringJoiner given = new StringJoiner("&", "kamelet:" + kamelet + '/' + kamelet + '-' + tenant + "?", "");
        parameters.forEach((name, value) -> {
            if (value != null) {
                given.add(name + '=' + raw(value.toString()));
            }
        });
        // The answer to a failed call is ours to judge: no error handler may take the exception away and park it.
        given.add("noErrorHandler=true");
        Endpoint endpoint = camel.getEndpoint(given.toString());
        return body -> call(endpoint, body);
    }

    /** Quotes a value for an endpoint URI, so that a secret may contain any character. */
    private static String raw(String value) {
        return value.indexOf(')') < 0 ? "RAW(" + value + ')' : "RAW{" + value + '}';
    }

    private Answer call(Endpoint endpoint, Object body) {
        Exchange exchange = template.send(
                endpoint, ExchangePattern.InOut, sent -> sent.getIn().setBody(body));
        Exception failure = exchange.getException();
        if (failure != null) {
            return new Answer(null, new byte[0], null, failure);
        }
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        if (status == null) {
            return new Answer(null, new byte[0], null, null);
        }
        try {
            String text = exchange.getMessage().getBody(String.class);
            return new Answer(
                    status,
                    text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8),
                    exchange.getMessage().getHeader("Retry-After", String.class),
                    null);
        } catch (RuntimeException e) {
            return new Answer(null, new byte[0], null, e);
        }
    }

    /** One tenant's way to one provider. */
    @FunctionalInterface
    interface Sink {

        /** Hands a finished message over and reports what came back; never throws, never tries twice. */
        Answer send(Object body);
    }

    /**
     * What came back.
     *
     * @param status the HTTP status; null when there was none
     * @param body the answer's body, empty when there was none
     * @param retryAfter the header of that name, raw
     * @param failure why there was no answer
     */
    record Answer(
            @Nullable Integer status,
            byte[] body,
            @Nullable String retryAfter,
            @Nullable Exception failure) {}
}
