package dev.wasl.hub.exchange;

import com.fasterxml.jackson.databind.JsonMappingException;
import dev.wasl.hub.access.Problem;
import dev.wasl.hub.access.Problem.FieldProblem;
import dev.wasl.hub.access.Problems;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.stereotype.Component;
import org.springframework.validation.FieldError;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.ServletRequestBindingException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * Turns every failure under {@code /api/} into problem JSON. What the caller can mend is told; what only we can mend is
 * logged and answered with the code alone.
 */
@Component
class ApiProblems implements HandlerExceptionResolver, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(ApiProblems.class);
    private static final String RETRY_SECONDS = "5";

    private final Problems problems;

    ApiProblems(Problems problems) {
        this.problems = problems;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception exception) {
        if (!request.getRequestURI().startsWith(request.getContextPath() + "/api/")) {
            return null;
        }
        try {
            if (exception instanceof AccessDeniedException denied) {
                problems.handle(request, response, denied);
            } else {
                problems.write(response, problem(request, response, exception));
            }
        } catch (IOException e) {
            LOG.debug("The caller went away before it got its answer.", e);
        }
        return new ModelAndView();
    }

    private Problem problem(HttpServletRequest request, HttpServletResponse response, Exception exception) {
        String path = request.getRequestURI();
        if (exception instanceof HubException ours) {
            return ofHub(ours, path, response);
        }
        if (exception instanceof NoResourceFoundException || exception instanceof NoHandlerFoundException) {
            return of(HttpStatus.NOT_FOUND, ErrorCode.NOT_FOUND, "There is nothing at this address.", path);
        }
        if (exception instanceof HttpRequestMethodNotSupportedException wrong) {
            if (wrong.getSupportedHttpMethods() != null) {
                response.setHeader(
                        HttpHeaders.ALLOW,
                        wrong.getSupportedHttpMethods().stream()
                                .map(HttpMethod::name)
                                .sorted()
                                .collect(Collectors.joining(", ")));
            }
            return of(
                    HttpStatus.METHOD_NOT_ALLOWED,
                    ErrorCode.METHOD_NOT_ALLOWED,
                    "This address does not take " + wrong.getMethod() + ".",
                    path);
        }
        if (exception instanceof HttpMediaTypeNotSupportedException) {
            return of(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "Send the body as application/json.",
                    path);
        }
        if (exception instanceof HttpMediaTypeNotAcceptableException) {
            return of(HttpStatus.NOT_ACCEPTABLE, ErrorCode.NOT_ACCEPTABLE, "Answers are application/json only.", path);
        }
        Problem badRequest = badRequest(exception, path);
        if (badRequest != null) {
            return badRequest;
        }
        if (refusedValue(exception)) {
            LOG.info("{} {}: the database refused a value.", request.getMethod(), path, exception);
            return of(
                    HttpStatus.BAD_REQUEST,
                    ErrorCode.INVALID_REQUEST,
                    "A value has a character or a size that cannot be stored or searched for.",
                    path);
        }
        if (exception instanceof DataAccessResourceFailureException
                || exception instanceof TransientDataAccessException) {
            LOG.warn("{} {} failed: the database does not answer.", request.getMethod(), path, exception);
            response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
            return of(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    ErrorCode.DATABASE_UNAVAILABLE,
                    "The database does not answer; try again in a moment.",
                    path);
        }
        LOG.error("{} {} failed.", request.getMethod(), path, exception);
        return of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                ErrorCode.UNEXPECTED,
                "Something went wrong on our side; it is in the log.",
                path);
    }

    /** SQLSTATE class 22, data exception: NUL in a text, a time or a number beyond what PostgreSQL has. */
    private static boolean refusedValue(Exception exception) {
        return exception instanceof DataAccessException
                && NestedExceptionUtils.getMostSpecificCause(exception) instanceof SQLException refused
                && String.valueOf(refused.getSQLState()).startsWith("22");
    }

    private static @Nullable Problem badRequest(Exception exception, String path) {
        if (exception instanceof HandlerMethodValidationException invalid) {
            return invalid(
                    path,
                    invalid.getParameterValidationResults().stream()
                            .flatMap(result -> result.getResolvableErrors().stream()
                                    .map(error -> error instanceof FieldError field
                                            ? new FieldProblem(field.getField(), message(field.getDefaultMessage()))
                                            : new FieldProblem(
                                                    String.valueOf(result.getMethodParameter()
                                                            .getParameterName()),
                                                    message(error.getDefaultMessage()))))
                            .toList());
        }
        if (exception instanceof MethodArgumentNotValidException invalid) {
            return invalid(
                    path,
                    invalid.getBindingResult().getAllErrors().stream()
                            .map(error -> new FieldProblem(
                                    error instanceof FieldError field ? field.getField() : "body",
                                    message(error.getDefaultMessage())))
                            .toList());
        }
        if (exception instanceof MethodArgumentTypeMismatchException wrong) {
            return invalid(path, List.of(new FieldProblem(wrong.getName(), expectation(wrong.getRequiredType()))));
        }
        if (exception instanceof MissingServletRequestParameterException missing) {
            return invalid(path, List.of(new FieldProblem(missing.getParameterName(), "is required")));
        }
        if (exception instanceof HttpMessageNotReadableException unreadable) {
            return unreadable.getCause() instanceof JsonMappingException mapping
                            && !mapping.getPath().isEmpty()
                    ? invalid(path, List.of(new FieldProblem(fieldPath(mapping), "has a value of the wrong form")))
                    : of(
                            HttpStatus.BAD_REQUEST,
                            ErrorCode.INVALID_REQUEST,
                            "The body is missing or is not well-formed JSON.",
                            path);
        }
        if (exception instanceof ServletRequestBindingException) {
            return of(HttpStatus.BAD_REQUEST, ErrorCode.INVALID_REQUEST, "The request is incomplete.", path);
        }
        return null;
    }

    private static Problem ofHub(HubException exception, String path, HttpServletResponse response) {
        HttpStatus status =
                switch (exception.code()) {
                    case INVALID_REQUEST, MALFORMED_REQUEST -> HttpStatus.BAD_REQUEST;
                    case UNKNOWN_TENANT, UNKNOWN_CONNECTOR, CONNECTOR_NOT_FOUND, PARKED_NOT_FOUND, NOT_FOUND ->
                        HttpStatus.NOT_FOUND;
                    case NOT_REPLAYABLE, BACKFILL_CONFLICT, REFERENCE_TAKEN, PAYMENT_CLOSED, CONFLICT ->
                        HttpStatus.CONFLICT;
                    case PAYMENT_REFUSED -> HttpStatus.UNPROCESSABLE_ENTITY;
                    case CONNECTOR_UNREACHABLE, CONNECTOR_REFUSED, CONNECTOR_ANSWER_UNREADABLE ->
                        HttpStatus.BAD_GATEWAY;
                    case STORE_UNAVAILABLE, DATABASE_UNAVAILABLE, BROKER_UNAVAILABLE, CONNECTOR_THROTTLED ->
                        HttpStatus.SERVICE_UNAVAILABLE;
                    default -> HttpStatus.INTERNAL_SERVER_ERROR;
                };
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        if (status.is5xxServerError()) {
            LOG.warn("{} failed.", path, exception);
        }
        String message = String.valueOf(exception.getMessage());
        String prefix = exception.code().id() + ": ";
        return of(
                status,
                exception.code(),
                message.startsWith(prefix) ? message.substring(prefix.length()) : message,
                path);
    }

    private static Problem invalid(String path, List<FieldProblem> fields) {
        String detail = fields.stream()
                .map(field -> "'" + field.field() + "' " + field.message())
                .collect(Collectors.joining("; ", "", "."));
        return of(HttpStatus.BAD_REQUEST, ErrorCode.INVALID_REQUEST, detail, path)
                .with(fields);
    }

    private static Problem of(HttpStatus status, ErrorCode code, String detail, String path) {
        return Problem.of(status.value(), status.getReasonPhrase(), code, detail, path);
    }

    private static String message(@Nullable String text) {
        return text == null ? "is not valid" : text;
    }

    private static String fieldPath(JsonMappingException exception) {
        return exception.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String expectation(@Nullable Class<?> type) {
        if (type == null) {
            return "has a value of the wrong form";
        }
        if (type.isEnum()) {
            return "must be one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "Instant" -> "must be a UTC time like 2026-11-20T08:00:00Z";
            case "UUID" -> "must be a UUID";
            case "int", "Integer", "long", "Long" -> "must be a whole number";
            case "boolean", "Boolean" -> "must be true or false";
            default -> "must be a " + type.getSimpleName().toLowerCase(Locale.ROOT);
        };
    }
}
