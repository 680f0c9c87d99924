package dev.wasl.hub.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What each provider has been told to do wrong, and until when. */
final class Misbehaviour {

    /** The ways to misbehave, by their names in the control interface. */
    enum Mode {
        NONE("none"),
        STORM("429-storm"),
        SERVER_ERROR("5xx"),
        TIMEOUT("timeout"),
        SLOW("slow"),
        TRUNCATED("truncated"),
        WRONG_KEY("wrong-key");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        static Optional<Mode> named(String name) {
            return Arrays.stream(values())
                    .filter(mode -> mode.text.equals(name))
                    .findFirst();
        }
    }

    private record Order(Mode mode, long until) {}

    private static final Duration SLOWNESS = Duration.ofSeconds(5);
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

    private final Clock clock;
    private final Map<String, Order> orders = new ConcurrentHashMap<>();
    private final AtomicLong failures = new AtomicLong();

    Misbehaviour(Clock clock) {
        this.clock = clock;
    }

    void order(String target, Mode mode, Duration length) {
        if (mode == Mode.NONE) {
            orders.remove(target);
        } else {
            orders.put(target, new Order(mode, clock.millis() + length.toMillis()));
        }
    }

    Mode mode(String target) {
        Order order = orders.get(target);
        return order == null || clock.millis() >= order.until() ? Mode.NONE : order.mode();
    }

    /** Answers in the ordered way; some failures come after the work was done, so the caller cannot know. */
    Reply answer(Api api, Request request) {
        Order order = orders.get(api.name());
        return switch (mode(api.name())) {
            case NONE -> api.answer(request);
            case STORM -> api.throttled(order == null ? 1 : Math.max(1, (order.until() - clock.millis() + 999) / 1000));
            case SERVER_ERROR -> serverError(api, request);
            case TIMEOUT -> api.answer(request).after(LONGEST_SILENCE).ending(Reply.Ending.NEVER);
            case SLOW -> api.answer(request).after(SLOWNESS);
            case TRUNCATED -> api.answer(request).ending(Reply.Ending.TRUNCATED);
            case WRONG_KEY -> api.refused();
        };
    }

    private Reply serverError(Api api, Request request) {
        return switch ((int) (failures.getAndIncrement() % 3)) {
            case 0 -> Reply.text(500, "application/json; charset=utf-8", "");
            case 1 -> {
                api.answer(request);
                yield Reply.text(
                        502,
                        "text/html",
                        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center>"
                                + "<hr><center>nginx</center></body></html>");
            }
            default -> Reply.text(503, "text/plain", "");
        };
    }
}
