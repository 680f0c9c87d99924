package dev.wasl.hub.connector.bosta;

import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context that knows the Kamelets of this repository. */
final class CamelForTests implements AutoCloseable {

    final DefaultCamelContext context = new DefaultCamelContext();
    final ProducerTemplate template;
    private final BostaHttpClient http = new BostaHttpClient();

    CamelForTests() throws Exception {
        KameletComponent kamelets = new KameletComponent();
        kamelets.setLocation("classpath:connectors");
        context.addComponent("kamelet", kamelets);
        context.getRegistry().bind("bostaHttpClient", http);
        context.start();
        template = context.createProducerTemplate();
    }

    @Override
    public void close() throws java.io.IOException {
        context.close();
        http.destroy();
    }
}
