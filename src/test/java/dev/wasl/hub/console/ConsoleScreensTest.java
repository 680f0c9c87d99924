package dev.wasl.hub.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.hub.HttpSide;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * Opens the console in a real browser, as a person would, and looks at it: nothing overflows, nothing is blocked by the
 * security policy, the chart is drawn, the stream is live. Leaves a picture of every variant in {@code target/screens}.
 */
@SpringBootTest(
        classes = HttpSide.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "wasl.sandbox.enabled=false",
            "wasl.tenants.cctv.connectors.bosta.base-url=http://127.0.0.1:1",
            "wasl.tenants.hvar.connectors.bosta.base-url=http://127.0.0.1:1",
            "wasl.tenants.hvar.connectors.whatsapp.phone-number-id=1",
            "wasl.tenants.portal.connectors.stripe.tolerance=300s"
        })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleScreensTest {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleScreensTest.class);
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path SCREENS = Path.of("target/screens");

    @LocalServerPort
    int port;

    private Process process;
    private Browser browser;

    @BeforeAll
    void open(@TempDir Path profile) throws Exception {
        if (!Files.isExecutable(CHROMIUM)) {
            LOG.error("NOT TESTED: the console was not opened in a browser, there is no {}.", CHROMIUM);
        }
        assumeThat(CHROMIUM).isExecutable();
        Files.createDirectories(SCREENS);
        process = new ProcessBuilder(
                        CHROMIUM.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("chromium.log").toFile())
                .start();
        Path portFile = profile.resolve("DevToolsActivePort");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        Files.exists(portFile) && Files.readAllLines(portFile).size() >= 2);
        browser = Browser.connect(Integer.parseInt(Files.readAllLines(portFile).get(0)));
    }

    @AfterAll
    void close() throws InterruptedException {
        if (process != null) {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest(name = "{0} {1} {2}px")
    @CsvSource({
        "en,light,1440",
        "en,dark,1440",
        "en,light,390",
        "en,dark,390",
        "ar,light,1440",
        "ar,dark,1440",
        "ar,light,390",
        "ar,dark,390",
        "fr,light,390",
        "fr,light,820"
    })
    void shows_the_overview(String language, String theme, int width) throws Exception {
        browser.size(width, width < 700 ? 844 : 900);
        logIn();
        browser.open(url("/console/now?lang=" + language + "&theme=" + theme));
        browser.await("document.documentElement.dataset.drawn === 'yes'");
        browser.await("document.getElementById('live').dataset.state === 'on'");

        browser.picture(SCREENS.resolve("now-" + language + "-" + theme + "-" + width + ".png"));
        assertThat(browser.text("document.documentElement.lang")).isEqualTo(language);
        assertThat(browser.text("document.documentElement.dir")).isEqualTo(language.equals("ar") ? "rtl" : "ltr");
        assertThat(browser.text("String(document.documentElement.scrollWidth <= innerWidth)"))
                .as("nothing is wider than the screen")
                .isEqualTo("true");
        assertThat(
                        browser.text(
                                "[...document.querySelectorAll('.card, .tile, .headline, .bar')]"
                                        + ".filter(box => box.scrollWidth > box.clientWidth).map(box => box.id || box.className).join()"))
                .as("boxes that are too small for what is in them")
                .isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @ParameterizedTest(name = "{0} {1} {2}px")
    @CsvSource({"en,light,1440", "ar,dark,390"})
    void shows_the_login_page(String language, String theme, int width) throws Exception {
        browser.size(width, width < 700 ? 844 : 900);
        browser.cookiesGone();
        browser.open(url("/login?lang=" + language + "&theme=" + theme));

        browser.picture(SCREENS.resolve("login-" + language + "-" + theme + "-" + width + ".png"));
        assertThat(browser.text("document.activeElement.id")).isEqualTo("username");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void shows_the_menu_and_a_friendly_error() throws Exception {
        browser.size(390, 844);
        logIn();
        browser.open(url("/console/now?lang=en&theme=light"));
        browser.text("document.querySelector('.menu').open = true; ''");
        browser.picture(SCREENS.resolve("menu-en-light-390.png"));
        browser.open(url("/console/nothing"));
        browser.picture(SCREENS.resolve("error-en-light-390.png"));
        assertThat(browser.text("document.querySelector('h1').textContent")).isEqualTo("There is nothing here");
    }

    @Test
    void refreshes_the_panel_and_keeps_the_chart() throws Exception {
        browser.size(1440, 900);
        logIn();
        browser.open(url("/console/now?lang=en&theme=light"));
        browser.await("document.documentElement.dataset.drawn === 'yes'");
        browser.text("window.before = document.getElementById('now').dataset.at;"
                + "window.canvas = document.getElementById('chart-canvas'); ''");

        browser.await("document.getElementById('now').dataset.at !== window.before");

        assertThat(browser.text("String(document.getElementById('chart-canvas') === window.canvas)"))
                .isEqualTo("true");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void pauses_on_demand() throws Exception {
        browser.size(1440, 900);
        logIn();
        browser.open(url("/console/now?lang=en&theme=light"));
        browser.await("document.getElementById('live').dataset.state === 'on'");

        browser.text("document.getElementById('live').click(); ''");

        assertThat(browser.text("document.getElementById('live').dataset.state"))
                .isEqualTo("off");
        assertThat(browser.text("document.getElementById('live').getAttribute('aria-pressed')"))
                .isEqualTo("false");
    }

    private void logIn() throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        String form = client.send(
                        HttpRequest.newBuilder(URI.create(url("/login"))).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher token = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"").matcher(form);
        assertThat(token.find()).isTrue();
        client.send(
                HttpRequest.newBuilder(URI.create(url("/login")))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("username=admin&password=wasl-demo&_csrf="
                                + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String session = ((CookieManager) client.cookieHandler().orElseThrow())
                .getCookieStore().getCookies().stream()
                        .filter(cookie -> cookie.getName().equals("JSESSIONID"))
                        .findFirst()
                        .orElseThrow()
                        .getValue();
        browser.cookiesGone();
        browser.cookie(url("/"), "JSESSIONID", session);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** The few words of the DevTools protocol that the test needs. */
    private static final class Browser implements WebSocket.Listener {

        private static final ObjectMapper JSON = new ObjectMapper();
        private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
        private final java.util.List<String> complaints = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final AtomicInteger ids = new AtomicInteger();
        private final StringBuilder part = new StringBuilder();
        private WebSocket socket;

        static Browser connect(int port) throws IOException, InterruptedException {
            HttpClient client = HttpClient.newHttpClient();
            JsonNode tabs = JSON.readTree(client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
            String address = "";
            for (JsonNode tab : tabs) {
                if (tab.get("type").asText().equals("page")) {
                    address = tab.get("webSocketDebuggerUrl").asText();
                }
            }
            Browser browser = new Browser();
            browser.socket = client.newWebSocketBuilder()
                    .buildAsync(URI.create(address), browser)
                    .join();
            browser.call("Page.enable", Map.of());
            browser.call("Runtime.enable", Map.of());
            browser.call("Log.enable", Map.of());
            return browser;
        }

        void size(int width, int height) {
            call(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 700));
        }

        void cookiesGone() {
            call("Network.clearBrowserCookies", Map.of());
        }

        void cookie(String url, String name, String value) {
            call("Network.setCookie", Map.of("url", url, "name", name, "value", value));
        }

        void open(String url) {
            complaints.clear();
            text("window.left = true; ''");
            call("Page.navigate", Map.of("url", url));
            await("!window.left && document.readyState === 'complete'");
        }

        String text(String expression) {
            JsonNode result = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
            return result.at("/result/value").asText();
        }

        void await(String condition) {
            Awaitility.await(condition)
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> text("String(" + condition + ")").equals("true"));
        }

        void picture(Path file) throws IOException {
            JsonNode page = call("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
            JsonNode answer = call(
                    "Page.captureScreenshot",
                    Map.of(
                            "format",
                            "png",
                            "captureBeyondViewport",
                            true,
                            "clip",
                            Map.of(
                                    "x",
                                    0,
                                    "y",
                                    0,
                                    "width",
                                    page.get("width"),
                                    "height",
                                    page.get("height"),
                                    "scale",
                                    1)));
            Files.write(file, Base64.getDecoder().decode(answer.get("data").asText()));
        }

        /** Errors on the browser's console, blocked resources included. */
        java.util.List<String> complaints() {
            return complaints;
        }

        JsonNode call(String method, Map<String, Object> parameters) {
            int id = ids.incrementAndGet();
            CompletableFuture<JsonNode> answer = new CompletableFuture<>();
            answers.put(id, answer);
            try {
                socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                        .join();
                return answer.get(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(method, e);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                String text = part.toString();
                part.setLength(0);
                try {
                    JsonNode message = JSON.readTree(text);
                    if (message.has("id")) {
                        answers.remove(message.get("id").asInt()).complete(message.path("result"));
                    } else if (message.path("method").asText().equals("Log.entryAdded")
                            && message.at("/params/entry/level").asText().equals("error")) {
                        complaints.add(message.at("/params/entry").toString());
                    } else if (message.path("method").asText().equals("Runtime.exceptionThrown")) {
                        complaints.add(message.at("/params/exceptionDetails").toString());
                    }
                } catch (IOException e) {
                    complaints.add(e.toString());
                }
            }
            webSocket.request(1);
            return null;
        }
    }
}
