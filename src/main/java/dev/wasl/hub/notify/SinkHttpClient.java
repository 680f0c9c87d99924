package dev.wasl.hub.notify;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.springframework.stereotype.Component;

/**
 * Makes an HTTP client send a request at most once, and read a bounded answer. The client's own defaults re-send a POST
 * after 503 and 429, which would be a second message to a customer.
 */
@Component("sinkHttpClient")
class SinkHttpClient implements HttpClientConfigurer {

    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableAutomaticRetries();
        client.disableRedirectHandling();
        client.disableCookieManagement();
        // a compressed answer could grow past the cap after it was counted
        client.disableContentCompression();
        client.addResponseInterceptorLast((response, entity, context) -> {
            if (response instanceof ClassicHttpResponse answer && answer.getEntity() != null) {
                answer.setEntity(new HttpEntityWrapper(answer.getEntity()) {
                    @Override
                    public InputStream getContent() throws IOException {
                        return new Capped(super.getContent());
                    }
                });
            }
        });
    }

    private static final class Capped extends FilterInputStream {

        private int left = MAX_ANSWER_BYTES;

        Capped(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("the provider's answer is longer than " + MAX_ANSWER_BYTES + " bytes");
            }
        }
    }
}
