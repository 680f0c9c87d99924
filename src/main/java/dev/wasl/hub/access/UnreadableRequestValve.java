package dev.wasl.hub.access;

import dev.wasl.hub.canonical.ErrorCode;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Answers programs with a problem where the server itself refuses a request, which nothing of ours then sees: an address
 * with an encoded slash, with bytes that are no UTF-8, or with a NUL.
 */
class UnreadableRequestValve extends ErrorReportValve {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableRequestValve.class);

    private final Problems problems;

    UnreadableRequestValve(Problems problems) {
        this.problems = problems;
        setShowServerInfo(false);
        setShowReport(false);
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        String path = String.valueOf(request.getRequestURI());
        HttpStatus status = HttpStatus.resolve(response.getStatus());
        if (status == null
                || !status.isError()
                || request.getContext() != null
                || !(path.startsWith("/api/") || path.startsWith("/webhooks/"))) {
            super.report(request, response, failure);
            return;
        }
        if (response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            problems.write(
                    response.getResponse(),
                    Problem.of(
                            status.value(),
                            status.getReasonPhrase(),
                            status.is4xxClientError() ? ErrorCode.INVALID_REQUEST : ErrorCode.UNEXPECTED,
                            "The URL contains characters that are not accepted.",
                            null));
        } catch (IOException e) {
            LOG.debug("The caller went away before it got its answer.", e);
        }
    }
}
