package dev.wasl.hub.exchange;

import dev.wasl.hub.access.NeedsScope;
import dev.wasl.hub.access.Scope;
import dev.wasl.hub.access.VisibleTenants;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.crm.Customers;
import dev.wasl.hub.crm.Customers.CustomerView;
import dev.wasl.hub.tenant.Tenants;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/v1/customers", produces = MediaType.APPLICATION_JSON_VALUE)
@NeedsScope(Scope.READ_CUSTOMERS)
@Tag(name = "Customers")
class CustomersApi {

    private final Customers customers;
    private final Tenants tenants;
    private final VisibleTenants visible;

    CustomersApi(Customers customers, Tenants tenants, VisibleTenants visible) {
        this.customers = customers;
        this.tenants = tenants;
        this.visible = visible;
    }

    @GetMapping("/{phone}")
    @Operation(
            summary = "One customer by phone",
            description =
                    "Any form: local (read with the tenant's country), 00 or +, spaces, Arabic digits. Where several "
                            + "tenants know the customer, the one that heard of them last answers; 'tenant' chooses.")
    Customer one(
            @Parameter(example = "01012345678") @PathVariable String phone,
            @Parameter(example = "hvar") @RequestParam(required = false) @Nullable String tenant) {
        Map<String, List<String>> tenantsByNumber = new TreeMap<>();
        for (String name : visible.narrow(tenant)) {
            PhoneQuery.held(phone, tenants.get(name).country()).ifPresent(number -> tenantsByNumber
                    .computeIfAbsent(number, key -> new ArrayList<>())
                    .add(name));
        }
        if (tenantsByNumber.isEmpty()) {
            throw new HubException(ErrorCode.INVALID_REQUEST, "This is not a valid phone number.");
        }
        List<CustomerView> found = tenantsByNumber.entrySet().stream()
                .flatMap(entry -> customers.findByPhone(entry.getValue(), entry.getKey()).stream())
                .toList();
        CustomerView latest = found.stream()
                .max(Comparator.comparing(CustomerView::lastSeenAt, Comparator.nullsFirst(Comparator.naturalOrder())))
                .orElseThrow(() ->
                        new HubException(ErrorCode.NOT_FOUND, "No customer with this phone number is visible to you."));
        return Customer.of(
                latest,
                found.stream()
                        .map(CustomerView::tenant)
                        .filter(name -> !name.equals(latest.tenant()))
                        .distinct()
                        .sorted()
                        .toList());
    }

    /**
     * A customer.
     *
     * @param otherTenants visible tenants that know a customer with this number too
     */
    @Schema(name = "Customer")
    record Customer(
            @Schema(example = "hvar") String tenant,
            @Schema(example = "+201012345678") String phone,
            Set<String> otherPhones,

            @Schema(description = "Every spelling seen, the newest first.")
            List<String> names,

            @Nullable String email,
            int deliveries,
            int payments,
            @Nullable Instant firstSeenAt,
            @Nullable Instant lastSeenAt,
            List<String> otherTenants) {

        static Customer of(CustomerView view, List<String> otherTenants) {
            return new Customer(
                    view.tenant(),
                    view.phone(),
                    view.otherPhones(),
                    view.names(),
                    view.email(),
                    view.deliveries(),
                    view.payments(),
                    view.firstSeenAt(),
                    view.lastSeenAt(),
                    otherTenants);
        }
    }
}
