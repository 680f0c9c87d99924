package dev.wasl.hub.tenant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Which connectors there are: each has its page, {@code connectors/<name>.md}. Environment variables have no dashes, so a
 * name is known by its letters and digits.
 *
 * @param proper the name by its letters and digits
 */
record ConnectorNames(Map<String, String> proper) {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectorNames.class);
    private static final String PAGE = ".md";

    static ConnectorNames read(Environment environment) {
        String live = environment.getProperty("wasl.flow.connectors-directory", "./connectors");
        Map<String, String> proper = new TreeMap<>();
        PathMatchingResourcePatternResolver files = new PathMatchingResourcePatternResolver();
        try {
            for (String pages : new String[] {"classpath*:connectors/*" + PAGE, "file:" + live + "/*" + PAGE}) {
                for (Resource page : files.getResources(pages)) {
                    String file = String.valueOf(page.getFilename());
                    String name = file.substring(0, file.length() - PAGE.length());
                    proper.put(plain(name), name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("connectors/ cannot be read", e);
        }
        return new ConnectorNames(proper);
    }

    /** The name that a connector has, however it was written; as written, and told, when there is none like it. */
    String proper(String tenant, String written) {
        String name = proper.get(plain(written));
        if (name == null) {
            LOG.warn(
                    "wasl.tenants.{}.connectors.{}: no connector has this name; there are {}.",
                    tenant,
                    written,
                    String.join(", ", proper.values()));
            return written;
        }
        return name;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }
}
