package dev.wasl.hub.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.wasl.hub.HttpSideTest;
import jakarta.servlet.http.Cookie;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

@HttpSideTest
class ConsolePagesTest {

    @Autowired
    MockMvc mvc;

    @ParameterizedTest
    @CsvSource({"en,ltr,Everything received", "ar,rtl,دفتر الحساب", "fr,ltr,Registre"})
    void speaks_the_language_of_the_cookie_and_writes_in_its_direction(String language, String direction, String word)
            throws Exception {
        String page = page(get("/console/now").cookie(new Cookie("wasl-lang", language)));

        assertThat(page).contains("<html lang=\"" + language + "\" dir=\"" + direction + "\"");
        assertThat(page).contains(language.equals("en") ? "Ledger: what became of everything received" : word);
        assertThat(page).doesNotContain("??"); // how a missing text would show
    }

    @Test
    void writes_arabic_with_latin_digits() throws Exception {
        String page = page(get("/console/now").cookie(new Cookie("wasl-lang", "ar")));

        assertThat(page).contains("60,641").doesNotContainPattern("[\u0660-\u0669]");
    }

    @ParameterizedTest
    @CsvSource({"ar-EG,ar", "fr;q=0.9,fr", "'de,ar;q=0.5',ar", "de,en"})
    void starts_in_a_language_that_the_browser_accepts(String accepted, String language) throws Exception {
        String page = page(get("/login").header("Accept-Language", accepted));

        assertThat(page).contains("<html lang=\"" + language + "\"");
    }

    @Test
    void keeps_language_and_brightness_and_comes_back_to_the_same_address() throws Exception {
        MockHttpServletResponse response = mvc.perform(get("/console/now?a=1&lang=ar&theme=dark")
                        .with(user("admin").roles("ADMIN")))
                .andExpect(redirectedUrl("/console/now?a=1"))
                .andReturn()
                .getResponse();

        assertThat(response.getCookie("wasl-lang").getValue()).isEqualTo("ar");
        assertThat(response.getCookie("wasl-theme").getValue()).isEqualTo("dark");
        assertThat(response.getHeaders("Set-Cookie")).allMatch(cookie -> cookie.contains("SameSite=Lax"));
        assertThat(page(get("/console/now").cookie(new Cookie("wasl-theme", "dark"))))
                .contains("data-theme=\"dark\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\"><script>", "zz", ""})
    void takes_no_nonsense_as_language_or_brightness(String nonsense) throws Exception {
        MockHttpServletResponse response = mvc.perform(
                        get("/login").param("lang", nonsense).param("theme", nonsense))
                .andReturn()
                .getResponse();

        assertThat(response.getCookie("wasl-lang").getValue()).isEqualTo("en");
        assertThat(response.getCookie("wasl-theme").getValue()).isEqualTo("auto");
        assertThat(page(get("/login").cookie(new Cookie("wasl-theme", "x"), new Cookie("wasl-lang", "%%"))))
                .contains("data-theme=\"auto\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/login", "/console/now"})
    void has_nothing_inline_and_nothing_from_elsewhere(String path) throws Exception {
        String page = page(get(path));

        assertThat(page).doesNotContainPattern("<script(?![^>]*\\bsrc=)").doesNotContainPattern("\\son[a-z]+=");
        assertThat(page).doesNotContainPattern("\\sstyle=").doesNotContain("<style");
        assertThat(page.replace("http://www.w3.org", ""))
                .doesNotContain("http://")
                .doesNotContain("https://");
    }

    @Test
    void shows_how_much_of_each_request_budget_is_used() throws Exception {
        assertThat(page(get("/console/now")))
                .contains("Calls in the last hour: 512 of 2,700 that the budget allows")
                .contains("Calls in the last hour: 512 of 1,350 that the budget allows");
        assertThat(page(get("/console/now").cookie(new Cookie("wasl-lang", "ar"))))
                .contains("512 من 2,700");
    }

    @Test
    void asks_for_files_that_exist() throws Exception {
        Matcher links = Pattern.compile("(?:src|rel=\"[a-z]+\"[^>]* href)=\"(/[^\"]+)\"")
                .matcher(page(get("/console/now")));
        int found = 0;
        while (links.find()) {
            mvc.perform(get(links.group(1))).andExpect(status().isOk());
            found++;
        }

        assertThat(found).isEqualTo(5);
    }

    @Test
    void answers_with_only_the_part_that_changes() throws Exception {
        String panel = page(get("/console/now/panel").header("HX-Request", "true"));

        assertThat(panel.strip()).startsWith("<div id=\"now\"").endsWith("</div>");
        assertThat(panel).doesNotContain("<html").contains("id=\"ledger\"").contains("id=\"chart\"");
    }

    @Test
    void gives_the_chart_one_number_per_minute_of_the_last_hour() throws Exception {
        mvc.perform(get("/console/now/series.json").with(user("admin").roles("VIEWER")))
                .andExpect(jsonPath("$.counts.length()").value(60))
                .andExpect(jsonPath("$.start").isNotEmpty());
    }

    @Test
    void escapes_what_comes_from_messages() throws Exception {
        assertThat(page(get("/console/now"))).contains("receiver.phone: not a phone number: 0100-ABC");
    }

    @Test
    void reminds_of_the_demo_login_and_says_why_a_login_failed() throws Exception {
        assertThat(page(get("/login"))).contains("wasl-demo").doesNotContain("role=\"alert\"");
        assertThat(page(get("/login?error"))).contains("Name or password is wrong.");
        assertThat(page(get("/login?bye"))).contains("You are logged out.");
        assertThat(page(get("/login?wait=9"))).contains("Try again in 9 min.");
    }

    private String page(MockHttpServletRequestBuilder request) throws Exception {
        return mvc.perform(request.with(user("admin").roles("ADMIN")))
                .andExpect(status().isOk())
                .andReturn()
                .getResponse()
                .getContentAsString(java.nio.charset.StandardCharsets.UTF_8);
    }
}
