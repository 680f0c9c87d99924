package dev.wasl.hub.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.canonical.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;

/** Writes problems, and answers for the security filters with them. */
@Component
public class Problems implements AuthenticationEntryPoint, AccessDeniedHandler {

    private static final String RETRY_SECONDS = "5";

    private final ObjectMapper json;

    Problems(ObjectMapper json) {
        this.json = json;
    }

    /** Answers a request with a problem, whatever it accepts. */
    public void write(HttpServletResponse response, Problem problem) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.status());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        json.writeValue(response.getOutputStream(), problem);
    }

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
            throws IOException {
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"wasl\"");
        boolean tried = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
        write(
                response,
                Problem.of(
                        HttpStatus.UNAUTHORIZED.value(),
                        HttpStatus.UNAUTHORIZED.getReasonPhrase(),
                        ErrorCode.NOT_AUTHENTICATED,
                        tried
                                ? "The API key is unknown, expired or revoked, or is not sent as 'Bearer <key>'."
                                : "Send an API key as 'Authorization: Bearer <key>'.",
                        request.getRequestURI()));
    }

    /** Answers a request that cannot be judged now. */
    void databaseAway(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        write(
                response,
                Problem.of(
                        HttpStatus.SERVICE_UNAVAILABLE.value(),
                        HttpStatus.SERVICE_UNAVAILABLE.getReasonPhrase(),
                        ErrorCode.DATABASE_UNAVAILABLE,
                        "The database does not answer; try again in a moment.",
                        request.getRequestURI()));
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException exception)
            throws IOException {
        write(
                response,
                Problem.of(
                        HttpStatus.FORBIDDEN.value(),
                        HttpStatus.FORBIDDEN.getReasonPhrase(),
                        ErrorCode.NOT_ALLOWED,
                        exception instanceof MissingScopeException missing
                                ? missing.detail()
                                : "This is not open to the caller.",
                        request.getRequestURI()));
    }
}
