package dev.wasl.hub.canonical;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A person or business on one side of a message.
 *
 * @param name as it came, in whatever script
 * @param phone E.164; absent when the number could not be understood
 * @param secondPhone E.164
 * @param phoneRaw the number as it came, kept when {@code phone} is absent or different
 * @param email as it came, trimmed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Party(
        @Nullable String name,
        @Nullable String phone,
        @Nullable String secondPhone,
        @Nullable String phoneRaw,
        @Nullable String email) {}
