package dev.wasl.hub.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

class TenantsTest {

    private final MockEnvironment environment = new MockEnvironment();

    @ParameterizedTest
    @ValueSource(strings = {"+201099999999", "01099999999", "010 9999-9999", "201099999999", "٠١٠٩٩٩٩٩٩٩٩"})
    void own_phones_are_read_as_people_write_them(String written) {
        environment.setProperty("wasl.tenants.hvar.own-phones[0]", written);

        assertThat(new Tenants(environment).ownPhones("hvar")).containsExactly("+201099999999");
    }

    @Test
    void own_phones_without_country_code_are_of_the_tenants_country() {
        environment.setProperty("wasl.tenants.shop.country", "UG");
        environment.setProperty("wasl.tenants.shop.own-phones", "0770000001, 0770000002");

        Tenants tenants = new Tenants(environment);

        assertThat(tenants.ownPhones("shop")).containsExactlyInAnyOrder("+256770000001", "+256770000002");
        assertThat(tenants.ownPhones("somebody")).isEmpty();
    }

    @Test
    void a_connector_with_dashes_is_configured_by_environment_variables_which_have_none() {
        Tenants tenants = new Tenants(variables(Map.of(
                "WASL_TENANTS_SHOP_CONNECTORS_MTNMOMO_APIUSER", "somebody",
                "WASL_TENANTS_SHOP_CONNECTORS_ORANGEMONEY_APIUSER", "other",
                "WASL_TENANTS_SHOP_CONNECTORS_FLUTTERWAVEV3_SECRETHASHES_0", "a",
                "WASL_TENANTS_SHOP_CONNECTORS_FLUTTERWAVEV4_SECRETHASHES_0", "b",
                "WASL_TENANTS_SHOP_CONNECTORS_STRIPE_SIGNINGSECRETS_0", "c")));

        assertThat(tenants.get("shop").connectors())
                .containsExactlyInAnyOrder("mtn-momo", "orange-money", "flutterwave-v3", "flutterwave-v4", "stripe");
        assertThat(tenants.having("mtn-momo")).containsExactly("shop");
        assertThat(tenants.settings("shop", "mtn-momo", Keys.class)).hasValue(new Keys("somebody", null));
        assertThat(tenants.settings("shop", "flutterwave-v4", Keys.class)).hasValue(new Keys(null, List.of("b")));
    }

    @Test
    void a_connector_written_in_two_ways_is_one() {
        StandardEnvironment both = variables(Map.of("WASL_TENANTS_SHOP_CONNECTORS_MTNMOMO_SECRETHASHES_0", "b"));
        both.getPropertySources()
                .addLast(new MapPropertySource("file", Map.of("wasl.tenants.shop.connectors.mtn-momo.api-user", "a")));

        Tenants tenants = new Tenants(both);

        assertThat(tenants.get("shop").connectors()).containsExactly("mtn-momo");
        assertThat(tenants.settings("shop", "mtn-momo", Keys.class)).hasValue(new Keys("a", List.of("b")));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void a_connector_that_nobody_knows_is_told_at_the_start(CapturedOutput output) {
        environment.setProperty("wasl.tenants.shop.connectors.stirpe.api-key", "x");

        assertThat(new Tenants(environment).get("shop").connectors()).containsExactly("stirpe");

        assertThat(output)
                .contains("wasl.tenants.shop.connectors.stirpe: no connector has this name; there are airtel, bosta,");
    }

    private static StandardEnvironment variables(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        return environment;
    }

    record Keys(@Nullable String apiUser, @Nullable List<String> secretHashes) {}

    /** The second is what YAML makes of 01001234567 without quotes. */
    @ParameterizedTest
    @ValueSource(strings = {"the shop", "134560119", "19123"})
    void an_own_phone_that_is_none_stops_the_start(String written) {
        environment.setProperty("wasl.tenants.hvar.own-phones[0]", written);

        assertThatExceptionOfType(HubException.class)
                .isThrownBy(() -> new Tenants(environment))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION))
                .withMessageContaining("wasl.tenants.hvar.own-phones: " + written);
    }
}
