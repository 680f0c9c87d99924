package dev.wasl.hub.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the hub knows about its mapping files, for the console and health. */
public interface MappingCatalog {

    /** Every mapping file, live ones and those in the jar, sorted by name; a live file hides the one in the jar. */
    List<MappingFile> mappings();

    /**
     * One mapping file as it is now.
     *
     * @param name the stem, {@code stripe-payment-in}
     * @param version from its header comment {@code // version: 1}; null when it has none
     * @param source the path of the live file, or {@code classpath:mappings/<name>.jslt}
     * @param input how its input is read
     * @param problem null when it compiles, else what is wrong, with line and column
     */
    record MappingFile(
            String name,
            @Nullable String version,
            String source,
            BodyFormat input,
            @Nullable String problem) {

        /** Whether messages can be mapped by it. */
        public boolean ok() {
            return problem == null;
        }
    }
}
