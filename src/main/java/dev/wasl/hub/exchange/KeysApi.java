package dev.wasl.hub.exchange;

import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.SystemKeys;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/keys", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.WRITE_KEYS)
@Tag(name = "API keys")
class KeysApi {

    private final SystemKeys keys;
    private final VisibleTenants visible;

    KeysApi(SystemKeys keys, VisibleTenants visible) {
        this.keys = keys;
        this.visible = visible;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            summary = "Make a key for a system",
            description =
                    "The answer is the only time that 'key' is shown; the hub keeps a hash. A key gives no scope, tenant or"
                            + " time that it does not have itself.")
    MadeKey make(@RequestBody @Valid NewKey wanted) {
        if (wanted.tenants() != null) {
            wanted.tenants().forEach(visible::narrow);
        }
        SystemKeys.Made made = keys.make(
                wanted.name(),
                wanted.scopes().stream().map(KeysApi::scope).collect(Collectors.toSet()),
                wanted.tenants(),
                wanted.expiresAt());
        return new MadeKey(made.text(), KeyView.of(made.key()));
    }

    @GetMapping
    @Operation(summary = "List the keys", description = "Revoked ones included; never the keys themselves.")
    Page<KeyView> list() {
        return new Page<>(keys.all().stream().map(KeyView::of).toList(), null);
    }

    @DeleteMapping("/{id}")
    @Operation(
            summary = "Revoke a key",
            description = "Counts at once, on other instances of the hub within `wasl.access.key-cache`.")
    KeyView revoke(@PathVariable UUID id) {
        return keys.revoke(id)
                .map(KeyView::of)
                .orElseThrow(() -> new HubException(ErrorCode.NOT_FOUND, "No key with this id is visible to you."));
    }

    private static Scope scope(String id) {
        return Scope.of(id)
                .orElseThrow(() -> new HubException(
                        ErrorCode.INVALID_REQUEST,
                        "scopes: must be of "
                                + Arrays.stream(Scope.values()).map(Scope::id).collect(Collectors.joining(", "))
                                + "."));
    }

    @Schema(name = "NewKey")
    record NewKey(
            @NotNull
            @Pattern(
                    regexp = "[a-z0-9][a-z0-9._-]{0,62}",
                    message = "must be lower-case letters, digits, '-', '_', '.'")
            @Schema(example = "erp-2026", description = "The system that will use it. A name is given once.")
            String name,

            @NotEmpty @Size(max = 50) @Schema(example = "[\"read:deliveries\"]")
            Set<@NotNull String> scopes,

            @Size(min = 1, max = 200)
            @Schema(example = "[\"hvar\"]", description = "Absent for all that your own key sees.")
            @Nullable
            Set<@NotNull String> tenants,

            @StorableTime @Schema(description = "Absent for as long as your own key.") @Nullable
            Instant expiresAt) {}

    /**
     * A key of a system.
     *
     * @param tenants absent for every tenant
     */
    @Schema(name = "Key")
    record KeyView(
            UUID id,
            @Schema(example = "erp-2026") String name,
            List<String> scopes,
            @Nullable Set<String> tenants,
            Instant createdAt,
            @Nullable Instant expiresAt,

            @Schema(description = "To the minute.") @Nullable
            Instant lastUsedAt,

            @Nullable Instant revokedAt) {

        static KeyView of(SystemKeys.Key key) {
            return new KeyView(
                    key.id(),
                    key.name(),
                    key.scopes().stream().map(Scope::id).sorted().toList(),
                    key.tenants(),
                    key.createdAt(),
                    key.expiresAt(),
                    key.lastUsedAt(),
                    key.revokedAt());
        }
    }

    /**
     * A key that was just made.
     *
     * @param key what the system sends; shown this once
     */
    @Schema(name = "MadeKey")
    record MadeKey(
            @Schema(description = "What the system sends as 'Authorization: Bearer <key>'; shown this once.")
            String key,

            KeyView made) {

        /** Keeps the secret out of logs. */
        @Override
        public String toString() {
            return "MadeKey[" + made + "]";
        }
    }
}
