package dev.wasl.hub;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.context.SpringBootTest;

/** A test of the HTTP side without a port; all of them share one context. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = HttpSide.class,
        properties = {
            "wasl.sandbox.enabled=false",
            "wasl.tenants.cctv.connectors.bosta.base-url=http://127.0.0.1:1",
            "wasl.tenants.hvar.connectors.bosta.base-url=http://127.0.0.1:1",
            "wasl.tenants.hvar.connectors.whatsapp.phone-number-id=1",
            "wasl.tenants.portal.connectors.stripe.tolerance=300s",
            "management.endpoints.web.exposure.include=*",
            "management.endpoint.health.probes.enabled=true"
        })
@AutoConfigureMockMvc
public @interface HttpSideTest {}
