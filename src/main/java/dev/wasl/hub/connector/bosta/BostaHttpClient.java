package dev.wasl.hub.connector.bosta;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Keeps the HTTP client of the Bosta Kamelets to what the request budget knows about: one request a call (left alone, the
 * client repeats on 429 and 503), no redirects that would carry the key elsewhere, no cookies, and no endless answers.
 */
@Component("bostaHttpClient")
class BostaHttpClient implements HttpClientConfigurer {

    /** A page of 1,500 rows of 10 kB. */
    static final long LARGEST_ANSWER = 16L * 1024 * 1024;

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .addExecInterceptorFirst("wasl-answer-size", (request, scope, chain) -> {
                    ClassicHttpResponse response = chain.proceed(request, scope);
                    HttpEntity entity = response.getEntity();
                    if (entity != null) {
                        if (entity.getContentLength() > LARGEST_ANSWER) {
                            response.close();
                            throw new AnswerTooLargeException();
                        }
                        response.setEntity(new Limited(entity));
                    }
                    return response;
                });
    }

    /** An answer beyond {@link #LARGEST_ANSWER}. */
    static final class AnswerTooLargeException extends IOException {
        AnswerTooLargeException() {
            super("the answer is larger than " + LARGEST_ANSWER + " bytes");
        }
    }

    private static final class Limited extends HttpEntityWrapper {

        Limited(HttpEntity entity) {
            super(entity);
        }

        @Override
        public @Nullable InputStream getContent() throws IOException {
            InputStream content = super.getContent();
            return content == null ? null : new LimitedStream(content);
        }
    }

    private static final class LimitedStream extends FilterInputStream {

        private long left = LARGEST_ANSWER;

        LimitedStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            if (one >= 0) {
                spend(1);
            }
            return one;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                spend(read);
            }
            return read;
        }

        private void spend(int read) throws IOException {
            left -= read;
            if (left < 0) {
                throw new AnswerTooLargeException();
            }
        }
    }
}
