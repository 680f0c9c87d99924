package dev.wasl.hub.console;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class LoginController {

    private final boolean demo;

    LoginController(Environment environment) {
        this.demo = !environment.acceptsProfiles(Profiles.of("production"));
    }

    @GetMapping("/")
    String home() {
        return "redirect:/console/now";
    }

    /** POST comes here too: a refused attempt to log in is forwarded with {@code wait}, in minutes. */
    @RequestMapping(
            path = "/login",
            method = {RequestMethod.GET, RequestMethod.POST})
    String login(
            @RequestParam(required = false) @Nullable String error,
            @RequestParam(required = false) @Nullable String bye,
            @RequestParam(required = false) @Nullable String wait,
            Model model) {
        model.addAttribute("login", new LoginPage(error != null, bye != null, wait, demo));
        return "login";
    }
}
