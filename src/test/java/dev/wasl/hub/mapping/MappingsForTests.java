package dev.wasl.hub.mapping;

import java.nio.file.Path;

/** The mapping engine and the codec as the hub builds them, without Spring. */
public final class MappingsForTests {

    private MappingsForTests() {}

    /** An engine on the files of the class path alone. */
    public static MappingEngine engine() {
        return new JsltMappings(packagedOnly());
    }

    /** A codec on the schemas of the class path alone. */
    public static CanonicalCodec codec() {
        return new SchemaCodec(new CanonicalSchemas(packagedOnly()));
    }

    static MappingSettings packagedOnly() {
        return new MappingSettings(Path.of("target", "no-live-mappings"));
    }
}
