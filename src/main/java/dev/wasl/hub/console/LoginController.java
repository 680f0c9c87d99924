package dev.wasl.hub.console;

import dev.wasl.hub.access.DemoLogin;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class LoginController {

    private final DemoLogin demo;

    LoginController(DemoLogin demo) {
        this.demo = demo;
    }

    @GetMapping("/")
    String home() {
        return "redirect:/console/now";
    }

    /** POST comes here too: a refused attempt to log in is forwarded with {@code wait}, in minutes. */
    @RequestMapping(
            path = "/login",
            method = {RequestMethod.GET, RequestMethod.POST})
    String login(@RequestParam Map<String, String> query, Model model) {
        model.addAttribute(
                "login",
                new LoginPage(
                        query.containsKey("error"),
                        query.containsKey("bye"),
                        query.get("wait"),
                        demo.login().orElse(null)));
        return "login";
    }
}
