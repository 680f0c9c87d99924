package dev.wasl.hub.intake;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Leads webhooks to their servlet past the filters of the web application: sessions, login, CSRF and observation have
 * nothing to say about a request that proves itself, and were half of what one cost (sampled).
 */
class WebhookValve extends ValveBase {

    private final WebhookServlet servlet;

    WebhookValve(WebhookServlet servlet) {
        super(true);
        this.servlet = servlet;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (request.getWrapper() != null
                && WebhookServlet.NAME.equals(request.getWrapper().getName())) {
            servlet.service(request.getRequest(), response.getResponse());
        } else {
            getNext().invoke(request, response);
        }
    }
}
