package dev.wasl.hub.flow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Loads the route files one by one: a broken file is reported and never takes the others down. Files in the live folder
 * replace those in the jar by name, and an edit there reloads that file only; if it is broken, the old routes go on.
 */
@Component
class RouteFiles implements RouteStatus, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final String SUFFIX = ".camel.yaml";
    private static final long LOOK_SECONDS = 2;

    private final FlowProperties properties;
    private final CamelContext context;
    private final Clock clock;
    private final Map<String, RouteFile> files = new ConcurrentSkipListMap<>();
    private final Map<String, Long> modified = new TreeMap<>();
    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "wasl-route-files"));

    RouteFiles(FlowProperties properties, CamelContext context, Clock clock) {
        this.properties = properties;
        this.context = context;
        this.clock = clock;
    }

    /**
     * Loads every file. A route that cannot be created would stop a starting Camel context, so it is started by then.
     */
    @EventListener(ApplicationStartedEvent.class)
    void loadAll() {
        Map<String, Resource> found = new TreeMap<>();
        try {
            for (var resource :
                    new PathMatchingResourcePatternResolver().getResources("classpath*:routes/*" + SUFFIX)) {
                String name = resource.getFilename();
                if (name != null) {
                    found.put(name, ResourceHelper.resolveResource(context, "classpath:routes/" + name));
                }
            }
        } catch (IOException e) {
            LOG.error("The route files in the jar cannot be listed", e);
        }
        for (Path file : live()) {
            found.put(file.getFileName().toString(), liveResource(file));
            modified.put(file.getFileName().toString(), modifiedAt(file));
        }
        // the hub's own files begin with _ and come first: routes refer to their error handling
        found.forEach((name, resource) -> load(name, resource, false));
        var unused = looking.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Collection<RouteFile> files() {
        return List.copyOf(files.values());
    }

    private void look() {
        for (Path file : live()) {
            String name = file.getFileName().toString();
            long now = modifiedAt(file);
            Long before = modified.put(name, now);
            if (before == null || before != now) {
                load(name, liveResource(file), before != null);
            }
        }
    }

    private void load(String name, Resource resource, boolean again) {
        try {
            RoutesLoader loader = PluginHelper.getRoutesLoader(context);
            if (again) {
                loader.updateRoutes(resource);
                LOG.info("Reloaded {}", name);
            } else {
                loader.loadRoutes(resource);
            }
            files.put(name, new RouteFile(name, resource.getLocation(), clock.instant(), null));
        } catch (Exception | LinkageError e) {
            LOG.error("Route file {} is broken; the others go on: {}", name, rootMessage(e));
            if (!again) {
                forget(resource);
            }
            files.put(name, new RouteFile(name, resource.getLocation(), clock.instant(), rootMessage(e)));
        }
    }

    /** Removes what a broken file left behind, so that its repaired form can take the place. */
    private void forget(Resource resource) {
        if (context instanceof ModelCamelContext model) {
            for (RouteDefinition route : List.copyOf(model.getRouteDefinitions())) {
                if (route.getResource() != null
                        && resource.getLocation().equals(route.getResource().getLocation())) {
                    try {
                        model.removeRouteDefinition(route);
                    } catch (Exception e) {
                        LOG.debug("A broken route could not be removed", e);
                    }
                }
            }
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private List<Path> live() {
        Path directory = properties.routesDirectory();
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> path.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("The folder {} cannot be read: {}", directory, e.getMessage());
            return List.of();
        }
    }

    private Resource liveResource(Path file) {
        return ResourceHelper.resolveResource(
                context, "file:" + file.toAbsolutePath().normalize());
    }

    private static long modifiedAt(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void destroy() {
        looking.shutdownNow();
    }
}
