package dev.wasl.hub.connector.cmi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Payment;
import dev.wasl.hub.connector.GatewayHttp;
import dev.wasl.hub.connector.GatewayHttp.Request;
import dev.wasl.hub.payment.AskedPayment;
import dev.wasl.hub.payment.PaymentGateway;
import dev.wasl.hub.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.util.HtmlUtils;

/**
 * A payment at CMI starts when the customer opens the hub's own page, which posts a hashed form; nothing is called before.
 * How an order stands is asked with the {@code ORDERSTATUS} query of CMI's platform, where CMI gave a user for it.
 */
@Component
final class CmiGateway implements PaymentGateway {

    static final String NAME = "cmi";
    static final String CURRENCY = "MAD";

    private static final String NOTHING_FOUND = "99";

    private final Tenants tenants;
    private final GatewayHttp http;

    CmiGateway(Tenants tenants, GatewayHttp http) {
        this.tenants = tenants;
        this.http = http;
    }

    @Override
    public String connector() {
        return NAME;
    }

    @Override
    public Started start(AskedPayment asked) {
        CmiSettings settings = settings(asked.tenant());
        if (settings.clientId().isEmpty() || settings.storeKeys().isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "no client-id and store-keys are configured for CMI");
        }
        if (!asked.amount().currency().equals(CURRENCY)) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "CMI takes dirhams (MAD) only");
        }
        if (asked.returnUrl() == null && settings.shopUrl() == null) {
            throw new HubException(
                    ErrorCode.CONNECTOR_REFUSED,
                    "CMI wants to know where the customer goes afterwards; send a return URL or set shop-url");
        }
        return new Started(order(asked), asked.callbackUrl(), null, Map.of());
    }

    /** Our number where CMI takes its characters. */
    static String order(AskedPayment asked) {
        return asked.reference().matches("[A-Za-z0-9._-]{1,64}") ? asked.reference() : "wasl-" + asked.id();
    }

    /**
     * {@inheritDoc}
     *
     * @return CMI's XML as JSON: an object of texts, {@code Extra} another one
     */
    @Override
    public byte @Nullable [] query(Query query) {
        CmiSettings settings = settings(query.tenant());
        String order = order(query);
        if (order == null) {
            return null;
        }
        if (settings.apiUser().isEmpty() || settings.apiPassword().isEmpty()) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "no api-user and api-password are configured for CMI");
        }
        String question = String.format(
                Locale.ROOT,
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <CC5Request><Name>%s</Name><Password>%s</Password><ClientId>%s</ClientId><OrderId>%s</OrderId>\
                <Extra><ORDERSTATUS>QUERY</ORDERSTATUS></Extra></CC5Request>""",
                xml(settings.apiUser()),
                xml(settings.apiPassword()),
                xml(settings.clientId()),
                xml(order));
        byte[] answer = http.send(Request.post(NAME, settings.baseUrl())
                        .path("fim", "api")
                        .form(Map.of("DATA", question)))
                .body();
        ObjectNode status = CmiXml.read(answer);
        JsonNode code = status.path("ProcReturnCode");
        boolean nothing = code.asText().equals(NOTHING_FOUND)
                && status.path("ErrMsg").asText().startsWith("No record found");
        if (nothing) {
            return null;
        }
        if (!code.asText().equals("00")) {
            throw new HubException(ErrorCode.CONNECTOR_REFUSED, "CMI answered with code " + code.asText());
        }
        ObjectNode answers = JsonNodeFactory.instance.objectNode();
        answers.set("status", status);
        return answers.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable String order(Query query) {
        AskedPayment asked = query.asked();
        if (asked != null) {
            return asked.gatewayOrderId() == null ? order(asked) : asked.gatewayOrderId();
        }
        Payment told = query.told();
        return told == null ? null : told.gatewayPaymentId();
    }

    private static String xml(String text) {
        return HtmlUtils.htmlEscapeDecimal(text, "UTF-8");
    }

    private CmiSettings settings(String tenant) {
        return tenants.settings(tenant, NAME, CmiSettings.class)
                .orElseThrow(() ->
                        new HubException(ErrorCode.CONNECTOR_REFUSED, "CMI is not configured for tenant " + tenant));
    }
}
