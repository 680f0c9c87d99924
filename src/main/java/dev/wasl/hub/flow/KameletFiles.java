package dev.wasl.hub.flow;

import org.apache.camel.component.kamelet.KameletComponent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where Kamelets are found. The component has no Spring Boot starter, so it is made here, before anybody calls out. */
@Configuration(proxyBeanMethods = false)
class KameletFiles {

    @Bean("kamelet")
    KameletComponent kamelets(FlowProperties properties) {
        KameletComponent component = new KameletComponent();
        component.setLocation("file:" + properties.connectorsDirectory() + ",classpath:connectors");
        return component;
    }
}
