package dev.wasl.hub.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
