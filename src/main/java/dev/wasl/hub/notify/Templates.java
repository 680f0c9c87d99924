package dev.wasl.hub.notify;

import com.github.mustachejava.DefaultMustacheFactory;
import com.github.mustachejava.DefaultMustacheVisitor;
import com.github.mustachejava.Mustache;
import com.github.mustachejava.MustacheException;
import com.github.mustachejava.MustacheVisitor;
import com.github.mustachejava.TemplateContext;
import com.github.mustachejava.codes.ValueCode;
import com.github.mustachejava.reflect.SimpleObjectHandler;
import com.github.mustachejava.util.Wrapper;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The texts of notifications: logic-less templates, of which a tenant may edit every one. A template sees the rule's
 * variables and nothing else; a value that is missing is an error, never an empty place.
 */
@Component
class Templates {

    private static final String SUBJECT = "Subject:";

    private final NotifyFiles files;
    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    Templates(NotifyFiles files) {
        this.files = files;
    }

    /** Whether a template exists for this channel and language. */
    boolean exists(String template, String channel, String language) {
        return files.read(name(template, channel, language)).isPresent();
    }

    /**
     * An SMS.
     *
     * @throws HubException {@code TEMPLATE_BROKEN}
     */
    String sms(String template, String language, Map<String, String> variables) {
        return notBlank(
                render(name(template, "sms", language), variables, false).strip(), template);
    }

    /**
     * An e-mail.
     *
     * @throws HubException {@code TEMPLATE_BROKEN}
     */
    Mail mail(String template, String language, Map<String, String> variables) {
        String name = name(template, "email", language);
        String source = source(name).content();
        int end = source.indexOf('\n');
        if (end < 0 || !source.startsWith(SUBJECT)) {
            throw new HubException(ErrorCode.TEMPLATE_BROKEN, name + " must begin with a line \"" + SUBJECT + " ...\"");
        }
        String subject = run(name + "#subject", source.substring(SUBJECT.length(), end), variables, false);
        String html = run(name + "#html", source.substring(end + 1).stripLeading(), variables, true);
        String text = render(name(template, "email-text", language), variables, false);
        return new Mail(
                notBlank(Texts.header(subject), name), notBlank(html, name), notBlank(text.strip() + "\n", name));
    }

    private static String name(String template, String channel, String language) {
        return "notify-" + template + '.' + channel + '.' + language + ".mustache";
    }

    private static String notBlank(String text, String name) {
        if (text.isBlank()) {
            throw new HubException(ErrorCode.TEMPLATE_BROKEN, name + " has nothing to say");
        }
        return text;
    }

    private NotifyFiles.Text source(String name) {
        return files.read(name)
                .orElseThrow(() -> new HubException(ErrorCode.TEMPLATE_BROKEN, "there is no mappings/" + name));
    }

    private String render(String name, Map<String, String> variables, boolean html) {
        return run(name, source(name).content(), variables, html);
    }

    private String run(String name, String source, Map<String, String> variables, boolean html) {
        try {
            Compiled ready = compiled.compute(
                    name,
                    (key, old) -> old != null && old.source().equals(source)
                            ? old
                            : new Compiled(source, new Strict(html).compile(new StringReader(source), key)));
            StringWriter out = new StringWriter();
            ready.mustache().execute(out, variables).flush();
            return out.toString();
        } catch (MustacheException | IOException | UncheckedIOException e) {
            throw new HubException(ErrorCode.TEMPLATE_BROKEN, name + ": " + reason(e), e);
        }
    }

    private static @Nullable String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() instanceof MustacheException deeper) {
            cause = deeper;
        }
        return cause.getMessage();
    }

    /** A finished e-mail. */
    record Mail(String subject, String html, String text) {}

    private record Compiled(String source, Mustache mustache) {}

    /** Mustache without reflection, files, unescaped values or forgiveness. */
    private static final class Strict extends DefaultMustacheFactory {

        private final boolean html;

        Strict(boolean html) {
            this.html = html;
            setObjectHandler(new MapsOnly());
        }

        @Override
        public Reader getReader(String resourceName) {
            throw new MustacheException("templates cannot include others: " + resourceName);
        }

        @Override
        public void encode(String value, Writer writer) {
            if (html) {
                super.encode(value, writer);
            } else {
                try {
                    writer.write(value);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public MustacheVisitor createMustacheVisitor() {
            return new DefaultMustacheVisitor(this) {
                @Override
                public void value(TemplateContext context, String variable, boolean encoded) {
                    if (html && !encoded) {
                        throw new MustacheException("{{" + variable + "}} must be escaped, line " + context.line());
                    }
                    list.add(new ValueCode(context, df, variable, true) {
                        @Override
                        public Object get(List<Object> scopes) {
                            Object value = super.get(scopes);
                            if (value == null || value.toString().isBlank()) {
                                throw new MustacheException(
                                        "nothing is known for {{" + variable + "}}, line " + context.line());
                            }
                            return value;
                        }
                    });
                }

                @Override
                public void partial(TemplateContext context, String variable, String indent) {
                    throw new MustacheException("templates cannot include others, line " + context.line());
                }

                @Override
                public void dynamicPartial(TemplateContext context, String variable, String indent) {
                    partial(context, variable, indent);
                }
            };
        }
    }

    /** Looks names up in maps, never in the members of an object. */
    private static final class MapsOnly extends SimpleObjectHandler {

        @Override
        public Wrapper find(String name, List<Object> scopes) {
            return current -> {
                for (int i = current.size() - 1; i >= 0; i--) {
                    if (current.get(i) instanceof Map<?, ?> map && map.containsKey(name)) {
                        return map.get(name);
                    }
                }
                return null;
            };
        }
    }
}
