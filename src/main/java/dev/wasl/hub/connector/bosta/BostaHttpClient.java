package dev.wasl.hub.connector.bosta;

import dev.wasl.hub.connector.CallDeadlines;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Future;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Keeps the HTTP client of the Bosta Kamelets to what the request budget knows about: one request a call (left alone, the
 * client repeats on 429 and 503), no redirects that would carry the key elsewhere, no cookies, and no answers without end: neither
 * in size nor in time, which is twice the time-outs for the whole call.
 */
@Component("bostaHttpClient")
class BostaHttpClient implements HttpClientConfigurer, DisposableBean {

    /** A page of 1,500 rows of 10 kB. */
    static final long LARGEST_ANSWER = 16L * 1024 * 1024;

    private final CallDeadlines deadlines = new CallDeadlines("bosta-deadlines");

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .addExecInterceptorFirst("wasl-limits", this::limit);
    }

    private ClassicHttpResponse limit(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Future<?> deadline = deadline(scope);
        boolean toBeRead = false;
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                if (entity.getContentLength() > LARGEST_ANSWER) {
                    response.close();
                    throw new AnswerTooLargeException();
                }
                response.setEntity(new Limited(entity, deadline));
                toBeRead = true;
            }
            return response;
        } finally {
            if (!toBeRead) {
                deadline.cancel(false);
            }
        }
    }

    private Future<?> deadline(ExecChain.Scope scope) {
        RequestConfig times = scope.clientContext.getRequestConfigOrDefault();
        return deadlines.forCall(
                // the request in hand is a copy; only the original can be cancelled
                (HttpUriRequestBase) scope.originalRequest,
                times.getConnectionRequestTimeout().toDuration(),
                times.getResponseTimeout().toDuration());
    }

    @Override
    public void destroy() {
        deadlines.close();
    }

    /** An answer beyond {@link #LARGEST_ANSWER}. */
    static final class AnswerTooLargeException extends IOException {
        AnswerTooLargeException() {
            super("the answer is larger than " + LARGEST_ANSWER + " bytes");
        }
    }

    private static final class Limited extends HttpEntityWrapper {

        private final Future<?> deadline;

        Limited(HttpEntity entity, Future<?> deadline) {
            super(entity);
            this.deadline = deadline;
        }

        @Override
        public @Nullable InputStream getContent() throws IOException {
            InputStream content = super.getContent();
            return content == null ? null : new LimitedStream(content, deadline);
        }

        @Override
        public void close() throws IOException {
            deadline.cancel(false);
            super.close();
        }
    }

    private static final class LimitedStream extends FilterInputStream {

        private long left = LARGEST_ANSWER;

        private final Future<?> deadline;

        LimitedStream(InputStream in, Future<?> deadline) {
            super(in);
            this.deadline = deadline;
        }

        @Override
        public void close() throws IOException {
            // draining what is left is reading, too
            super.close();
            deadline.cancel(false);
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
