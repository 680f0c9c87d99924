package dev.wasl.hub.crm;

import java.util.List;
import org.springframework.stereotype.Component;

/** Answers questions about payments. */
@Component
class PaymentReading implements Payments {

    private final PaymentViewRepository repository;

    PaymentReading(PaymentViewRepository repository) {
        this.repository = repository;
    }

    @Override
    public List<PaymentView> page(Filter filter) {
        return repository.page(filter);
    }
}
