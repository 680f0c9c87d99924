package dev.wasl.hub.intake;

import static org.mockito.Mockito.mock;

import dev.wasl.hub.journal.RejectedRequests;
import dev.wasl.hub.tenant.Tenants;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

/** The hub's own servlet, called as a gateway calls it. */
public final class WebhookCalls {

    private final WebhookServlet servlet;

    /** With one connector, and a store that takes everything at once. */
    public WebhookCalls(Webhook webhook, Tenants tenants, MessageWriter writer, Clock clock) {
        this.servlet = new WebhookServlet(
                List.of(webhook),
                tenants,
                writer,
                mock(RejectedRequests.class),
                new IntakeProperties(DataSize.ofMegabytes(1), Duration.ofSeconds(2)),
                new SimpleMeterRegistry(),
                clock,
                "https://hub.example");
    }

    /**
     * Calls an address.
     *
     * @param path behind {@code /webhooks}
     * @return the status of the answer
     */
    public int call(String method, String path, Map<String, String> headers, String body)
            throws ServletException, IOException {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/webhooks" + path);
        request.setServletPath("/webhooks");
        request.setPathInfo(path);
        request.setAsyncSupported(true);
        request.setContent(body.getBytes(StandardCharsets.UTF_8));
        headers.forEach(request::addHeader);
        MockHttpServletResponse response = new MockHttpServletResponse();
        servlet.service(request, response);
        return response.getStatus();
    }
}
