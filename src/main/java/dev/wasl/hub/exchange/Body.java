package dev.wasl.hub.exchange;

import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as they came.
 *
 * @param text the bytes as UTF-8; absent when they are not
 * @param base64 the bytes, when they are not UTF-8
 */
@Schema(description = "The bytes as they came; only with the scope read:raw.")
record Body(
        @Nullable String contentType,
        @Nullable Map<String, String> headers,
        @Nullable String text,
        @Nullable String base64) {

    static Body of(@Nullable String contentType, @Nullable Map<String, String> headers, byte[] bytes) {
        try {
            // A decoder, not new String: that would replace what it cannot read without a word.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new Body(contentType, headers, text, null);
        } catch (CharacterCodingException e) {
            return new Body(contentType, headers, null, Base64.getEncoder().encodeToString(bytes));
        }
    }
}
