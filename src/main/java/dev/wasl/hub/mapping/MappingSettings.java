package dev.wasl.hub.mapping;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where mapping files live.
 *
 * @param directory the live folder; a file in it replaces the one of the same name in the jar
 */
@ConfigurationProperties("wasl.mappings")
record MappingSettings(@DefaultValue("./mappings") Path directory) {}
