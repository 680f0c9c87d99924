package dev.wasl.hub.console;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.autoconfigure.web.servlet.error.BasicErrorController;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Gives every page its frame. */
@ControllerAdvice(basePackageClasses = PageFrame.class, assignableTypes = BasicErrorController.class)
class PageFrame {

    @ModelAttribute("frame")
    Frame frame(HttpServletRequest request, Locale locale) {
        return new Frame(Language.of(locale), List.of(Language.values()), Theme.of(request), request.getRemoteUser());
    }
}
