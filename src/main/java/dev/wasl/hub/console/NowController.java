package dev.wasl.hub.console;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@Controller
@RequestMapping("/console/now")
class NowController {

    private final Now now;
    private final NowPresenter presenter;
    private final NowStream stream;

    NowController(Now now, NowPresenter presenter, NowStream stream) {
        this.now = now;
        this.presenter = presenter;
        this.stream = stream;
    }

    @GetMapping
    String page(Locale locale, Model model) {
        model.addAttribute("page", presenter.page(now.snapshot(), locale));
        return "now/page";
    }

    /** The part of the page that changes. */
    @GetMapping("/panel")
    String panel(Locale locale, Model model) {
        model.addAttribute("page", presenter.page(now.snapshot(), locale));
        return "now/page :: panel";
    }

    @GetMapping("/series.json")
    @ResponseBody
    Series series() {
        return Series.of(now.snapshot());
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream() {
        return stream.open();
    }

    /**
     * Messages per minute.
     *
     * @param start of the first minute
     * @param counts one per minute; null when unknown
     */
    record Series(Instant start, @Nullable List<Long> counts) {

        static Series of(NowSnapshot snapshot) {
            return new Series(snapshot.firstMinute(), snapshot.perMinute());
        }
    }
}
