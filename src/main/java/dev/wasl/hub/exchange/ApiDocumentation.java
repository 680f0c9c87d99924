package dev.wasl.hub.exchange;

import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Problem;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** What {@code /v3/api-docs} says about the API as a whole. */
@Configuration(proxyBeanMethods = false)
class ApiDocumentation {

    private static final String KEY = "apiKey";

    @Bean
    OpenAPI openApi() {
        Components components = new Components()
                .addSecuritySchemes(
                        KEY,
                        new SecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description("An API key of the hub: Authorization: Bearer <key>."));
        ModelConverters.getInstance().readAll(Problem.class).forEach(components::addSchemas);
        return new OpenAPI()
                .info(new Info()
                        .title("Wasl hub")
                        .version("v1")
                        .description("""
                                Deliveries, customers, payments and the journey of every message, for back-office systems.

                                Times are UTC (ISO 8601). Money is `{amountMinor, currency}` in the minor unit of ISO 4217. \
                                Lists come in parts: send `nextCursor` back as `cursor`. Every error is problem JSON (RFC 9457) \
                                with a `code` WASL-nnnn. A key sees only the tenants it was made for.""")
                        .license(new License().name("Apache-2.0").url("https://www.apache.org/licenses/LICENSE-2.0")))
                .components(components)
                .addSecurityItem(new SecurityRequirement().addList(KEY));
    }

    /** Says for every operation which scope it needs and how it fails. */
    @Bean
    OperationCustomizer scopesAndProblems() {
        return (operation, method) -> {
            NeedsScope needed = AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), NeedsScope.class);
            if (needed == null) {
                needed = AnnotatedElementUtils.findMergedAnnotation(method.getBeanType(), NeedsScope.class);
            }
            if (needed != null) {
                String text = operation.getDescription() == null ? "" : operation.getDescription() + "\n\n";
                operation.setDescription(
                        text + "Needs the scope `" + needed.value().id() + "`.");
            }
            operation.getResponses().addApiResponse("4XX", problem("The caller's mistake."));
            operation.getResponses().addApiResponse("5XX", problem("Ours."));
            return operation;
        };
    }

    private static ApiResponse problem(String description) {
        return new ApiResponse()
                .description(description)
                .content(new Content()
                        .addMediaType(
                                org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                                new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem"))));
    }
}
