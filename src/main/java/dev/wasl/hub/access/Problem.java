package dev.wasl.hub.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.wasl.hub.canonical.ErrorCode;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with a request, as RFC 9457 wants it.
 *
 * @param type a URN of the code
 * @param title what the status means
 * @param detail what is wrong with this request, and where; never a secret, never a stack trace
 * @param instance the path that was asked
 * @param code the hub's error code
 * @param errors what is wrong with single fields; absent when it is not about fields
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        @Schema(example = "urn:wasl:error:WASL-9101") String type,
        @Schema(example = "Bad Request") String title,
        @Schema(example = "400") int status,

        @Schema(example = "Parameter limit must be between 1 and 200.")
        String detail,

        @Schema(example = "/api/v1/deliveries") @Nullable String instance,
        @Schema(example = "WASL-9101") String code,
        @Nullable List<FieldProblem> errors) {

    /** What is wrong with one field or parameter. */
    public record FieldProblem(String field, String message) {}

    /** A problem that is not about single fields. */
    public static Problem of(int status, String title, ErrorCode code, String detail, @Nullable String instance) {
        return new Problem("urn:wasl:error:" + code.id(), title, status, detail, instance, code.id(), null);
    }

    /** The same problem with what is wrong with single fields. */
    public Problem with(List<FieldProblem> fields) {
        return new Problem(type, title, status, detail, instance, code, List.copyOf(fields));
    }
}
