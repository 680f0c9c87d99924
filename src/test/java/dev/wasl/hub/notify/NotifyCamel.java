package dev.wasl.hub.notify;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with nothing but the sink Kamelets of this folder. */
final class NotifyCamel {

    private NotifyCamel() {}

    static CamelContext start() throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        configure(camel);
        camel.start();
        return camel;
    }

    static void configure(CamelContext camel) {
        camel.getComponent("kamelet", KameletComponent.class).setLocation("file:connectors");
        camel.getRegistry().bind("sinkHttpClient", new SinkHttpClient());
    }

    /** What the hub's own routes do with failures: a nameless net for every route. */
    static void parkEverything(CamelContext camel) throws Exception {
        camel.addRoutes(new RouteConfigurationBuilder() {
            @Override
            public void configuration() {
                routeConfiguration().errorHandler(deadLetterChannel("direct:park"));
                from("direct:park").routeId("park").log("parked");
            }
        });
    }
}
