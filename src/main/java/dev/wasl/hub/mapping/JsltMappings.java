package dev.wasl.hub.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Mapping files in JSLT. Each file stands alone: a broken one fails every use of itself and nothing else. A live file that
 * changes is compiled again within a second; the messages in flight finish with the version they began with.
 */
@Component
final class JsltMappings implements MappingEngine, MappingCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(JsltMappings.class);

    private static final String SUFFIX = ".jslt";
    private static final Pattern STEM = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern HEADER = Pattern.compile("//\\s*(version|input)\\s*:\\s*(\\S+)\\s*");
    private static final Pattern PLACE = Pattern.compile("line (\\d+), column (\\d+)");
    private static final long CHECK_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_DETAIL = 300;

    /** What a mapping may ask for; a variable that nobody gave is null instead of an error. */
    private static final List<String> VARIABLES =
            List.of("tenant", "country", "currency", "messageId", "kind", "receivedAt", "query", "headers");

    private final Path directory;
    private final LongSupplier nanoTime;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    @Autowired
    JsltMappings(MappingSettings settings) {
        this(settings, System::nanoTime);
    }

    JsltMappings(MappingSettings settings, LongSupplier nanoTime) {
        this.directory = settings.directory();
        this.nanoTime = nanoTime;
    }

    @Override
    public JsonNode map(String mapping, JsonNode input, Map<String, JsonNode> context) {
        Compiled compiled = current(mapping);
        Expression expression = compiled.expression;
        if (expression == null) {
            throw new HubException(ErrorCode.MAPPING_BROKEN, mapping + ": " + compiled.file.problem());
        }
        try {
            return expression.apply(variables(context), input);
        } catch (JsltException e) {
            throw failed(mapping, e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw failed(mapping, "it calls itself without end", null);
        } catch (RuntimeException e) {
            throw failed(mapping, e.getClass().getSimpleName(), e);
        }
    }

    @Override
    public BodyFormat input(String mapping) {
        return current(mapping).file.input();
    }

    @Override
    public List<MappingFile> mappings() {
        return stems().stream().flatMap(stem -> listed(stem).stream()).toList();
    }

    private Optional<MappingFile> listed(String stem) {
        try {
            return Optional.of(current(stem).file);
        } catch (HubException e) {
            // deleted between the listing and the look
            return Optional.empty();
        }
    }

    private static HubException failed(String mapping, @Nullable String problem, @Nullable Throwable cause) {
        return new HubException(ErrorCode.MAPPING_FAILED, mapping + ": " + shortened(problem), cause);
    }

    private static String shortened(@Nullable String problem) {
        String text = String.valueOf(problem).replaceAll("\\s+", " ");
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "...";
    }

    private static Map<String, JsonNode> variables(Map<String, JsonNode> context) {
        Map<String, JsonNode> variables = new HashMap<>(16);
        for (String name : VARIABLES) {
            variables.put(name, NullNode.instance);
        }
        variables.putAll(context);
        return variables;
    }

    private Compiled current(String stem) {
        Entry entry = entries.get(stem);
        if (entry == null) {
            Compiled loaded = load(stem);
            entry = entries.computeIfAbsent(stem, key -> new Entry(loaded, nanoTime.getAsLong()));
        } else if (entry.isDueAt(nanoTime.getAsLong())) {
            refresh(stem, entry);
        }
        return entry.compiled;
    }

    private void refresh(String stem, Entry entry) {
        synchronized (entry) {
            if (!entry.isDueAt(nanoTime.getAsLong())) {
                return;
            }
            if (!Stamp.of(live(stem)).equals(entry.compiled.stamp)) {
                try {
                    entry.compiled = load(stem);
                    LOG.info(
                            "Mapping {} was changed, now version {} from {}.",
                            stem,
                            entry.compiled.file.version(),
                            entry.compiled.file.source());
                } catch (HubException e) {
                    entries.remove(stem, entry);
                    throw e;
                }
            }
            entry.checkedAt = nanoTime.getAsLong();
        }
    }

    private Path live(String stem) {
        return directory.resolve(stem + SUFFIX);
    }

    private Compiled load(String stem) {
        if (!STEM.matcher(stem).matches()) {
            throw new HubException(ErrorCode.MAPPING_MISSING, "no mapping can be named " + shortened(stem));
        }
        Path live = live(stem);
        // The stamp is taken before the text: a change in between is then seen at the next look.
        Stamp stamp = Stamp.of(live);
        try {
            if (!stamp.equals(Stamp.ABSENT)) {
                return compile(stem, live.toString(), Files.readString(live, StandardCharsets.UTF_8), stamp);
            }
        } catch (NoSuchFileException e) {
            stamp = Stamp.ABSENT;
        } catch (IOException e) {
            return new Compiled(
                    new MappingFile(stem, null, live.toString(), BodyFormat.JSON, "the file cannot be read"),
                    null,
                    stamp);
        }
        try (InputStream packaged = getClass().getResourceAsStream("/mappings/" + stem + SUFFIX)) {
            if (packaged == null) {
                throw new HubException(ErrorCode.MAPPING_MISSING, "no mapping file " + stem + SUFFIX);
            }
            String text = new String(packaged.readAllBytes(), StandardCharsets.UTF_8);
            return compile(stem, "classpath:mappings/" + stem + SUFFIX, text, stamp);
        } catch (IOException e) {
            throw new HubException(ErrorCode.MAPPING_MISSING, "mapping file " + stem + SUFFIX + " cannot be read", e);
        }
    }

    private static Compiled compile(String stem, String source, String text, Stamp stamp) {
        String version = null;
        BodyFormat input = BodyFormat.JSON;
        String problem = null;
        for (String line : text.lines().takeWhile(JsltMappings::isHeader).toList()) {
            Matcher header = HEADER.matcher(line.strip());
            if (!header.matches()) {
                continue;
            }
            if (header.group(1).equals("version")) {
                version = header.group(2);
            } else if (header.group(2).equals("form")) {
                input = BodyFormat.FORM;
            } else if (header.group(2).equals("form-or-json")) {
                input = BodyFormat.FORM_OR_JSON;
            } else if (header.group(2).equals("hint")) {
                input = BodyFormat.HINT;
            } else if (!header.group(2).equals("json")) {
                problem = "input is json, form, form-or-json or hint";
            }
        }
        Expression expression = null;
        try {
            Expression compiled = new Parser(new StringReader(text))
                    .withSource(stem + SUFFIX)
                    .withFunctions(MappingFunctions.all())
                    .withResourceResolver(JsltMappings::refuseImport)
                    .compile();
            expression = problem == null ? compiled : null;
        } catch (JsltException e) {
            problem = place(e) + shortened(e.getMessageWithoutLocation());
        } catch (RuntimeException | StackOverflowError e) {
            // the parser's own defects (an empty file, deep nesting) are the file's defects for whoever has to mend it
            problem = "it cannot be compiled: " + e.getClass().getSimpleName();
        }
        if (problem != null) {
            LOG.error("Mapping {} from {} is broken: {}", stem, source, problem);
        }
        return new Compiled(new MappingFile(stem, version, source, input, problem), expression, stamp);
    }

    private static boolean isHeader(String line) {
        return line.isBlank() || line.strip().startsWith("//");
    }

    private static String place(JsltException e) {
        if (e.getLine() > 0) {
            return "line " + e.getLine() + ", column " + e.getColumn() + ": ";
        }
        Matcher place = PLACE.matcher(e.getMessageWithoutLocation());
        return place.find() ? place.group() + ": " : "";
    }

    private static java.io.Reader refuseImport(String file) {
        throw new JsltException("a mapping is one file, it cannot import");
    }

    private Set<String> stems() {
        Set<String> stems = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString()).forEach(name -> addStem(stems, name));
        } catch (IOException e) {
            LOG.debug("No live mapping folder {}.", directory);
        }
        try {
            for (Resource file : new PathMatchingResourcePatternResolver(
                            getClass().getClassLoader())
                    .getResources("classpath*:mappings/*" + SUFFIX)) {
                addStem(stems, file.getFilename());
            }
        } catch (IOException e) {
            LOG.warn("The mapping files of the jar cannot be listed.", e);
        }
        return stems;
    }

    private static void addStem(Set<String> stems, @Nullable String fileName) {
        if (fileName != null && fileName.endsWith(SUFFIX)) {
            String stem = fileName.substring(0, fileName.length() - SUFFIX.length());
            if (STEM.matcher(stem).matches()) {
                stems.add(stem);
            }
        }
    }

    private record Compiled(MappingFile file, @Nullable Expression expression, Stamp stamp) {}

    private static final class Entry {
        private volatile Compiled compiled;
        private volatile long checkedAt;

        Entry(Compiled compiled, long checkedAt) {
            this.compiled = compiled;
            this.checkedAt = checkedAt;
        }

        boolean isDueAt(long nanoTime) {
            return nanoTime - checkedAt >= CHECK_INTERVAL_NANOS;
        }
    }

    /** What shows that a file was changed. */
    private record Stamp(
            @Nullable FileTime modified,
            long size,
            @Nullable Object fileKey) {

        private static final Stamp ABSENT = new Stamp(null, -1, null);

        static Stamp of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return attributes.isRegularFile()
                        ? new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey())
                        : ABSENT;
            } catch (IOException e) {
                return ABSENT;
            }
        }
    }
}
