package dev.wasl.hub;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;

/** Packages by feature: no cycles, nobody reaches into another one's inside. */
class ModularityTest {

    private final ApplicationModules modules = ApplicationModules.of(WaslApplication.class);

    @Test
    void modules_have_no_cycles_and_keep_their_insides() {
        modules.verify();
    }

    @Test
    void the_modules_are_drawn_for_the_documents() {
        new Documenter(modules, Documenter.Options.defaults().withOutputFolder("target/modules"))
                .writeModulesAsPlantUml();
    }
}
