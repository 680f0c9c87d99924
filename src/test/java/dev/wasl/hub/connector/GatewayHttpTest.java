package dev.wasl.hub.connector;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.connector.GatewayHttp.Answer;
import dev.wasl.hub.connector.GatewayHttp.RefusedException;
import dev.wasl.hub.connector.GatewayHttp.Request;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayHttpTest {

    private final WireMockServer server =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final GatewayHttp http =
            new GatewayHttp(new OutboundSettings(false, Duration.ofSeconds(5), Duration.ofSeconds(20)));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        http.destroy();
        server.stop();
    }

    @Test
    void values_cannot_leave_their_place() {
        answers(aResponse().withBody("{\"ok\":true}"));
        Map<String, String> form = new LinkedHashMap<>();
        form.put("a b", "1&c=2");
        form.put("é", "ش+");

        http.send(Request.get("test", base() + "/v1/")
                .path("payments", "../x?y#z/ü")
                .query("q", "a&b=c d"));
        Answer answer = http.send(
                Request.post("test", base()).path("p").basic("u", "p:w").form(form));

        server.verify(getRequestedFor(urlEqualTo("/v1/payments/..%2Fx%3Fy%23z%2F%C3%BC?q=a%26b%3Dc+d")));
        server.verify(postRequestedFor(urlEqualTo("/p"))
                .withHeader("Authorization", equalTo("Basic dTpwOnc="))
                .withHeader("Content-Type", equalTo("application/x-www-form-urlencoded"))
                .withRequestBody(equalTo("a+b=1%26c%3D2&%C3%A9=%D8%B4%2B")));
        assertThat(answer.json().path("ok").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "301,CONNECTOR_REFUSED",
        "400,CONNECTOR_REFUSED",
        "401,CONNECTOR_REFUSED",
        "404,CONNECTOR_REFUSED",
        "408,CONNECTOR_UNREACHABLE",
        "429,CONNECTOR_THROTTLED",
        "500,CONNECTOR_UNREACHABLE",
        "503,CONNECTOR_UNREACHABLE"
    })
    void a_status_says_whether_asking_again_can_help(int status, ErrorCode code) {
        answers(aResponse().withStatus(status).withHeader("Location", base() + "/elsewhere"));

        assertThatThrownBy(() -> http.send(Request.post("test", base()).path("p")))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
        assertThat(server.getAllServeEvents()).as("requests, none repeated").hasSize(1);
    }

    @Test
    void a_refusal_that_means_something_is_an_answer() {
        answers(aResponse().withStatus(404).withBody("{}"));

        assertThat(http.send(Request.get("test", base()), 404).status()).isEqualTo(404);
        assertThatThrownBy(() -> http.send(Request.get("test", base()), 409))
                .asInstanceOf(type(RefusedException.class))
                .satisfies(e -> {
                    assertThat(e.status()).isEqualTo(404);
                    assertThat(e.body()).asString().isEqualTo("{}");
                    assertThat(e.getMessage()).isEqualTo("WASL-5003: test answered 404");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"status\":false,\"message\":\"Currency not supported by merchant\"}|: Currency not supported by merchant",
                "{\"error\":{\"message\":\"No such  customer\"}}|: No such customer",
                "{\"detail\":\"+256 770 000001 of amina@example.com is no account\"}|: … of … is no account",
                "{\"message\":[1]}|''",
                "not JSON|''",
            })
    void a_refusal_tells_why_but_not_of_whom(String body, String reason) {
        answers(aResponse().withStatus(400).withBody(body));

        assertThatThrownBy(() -> http.send(Request.get("test", base())))
                .hasMessage("WASL-5003: test answered 400" + reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECTION_RESET_BY_PEER",
                "EMPTY_RESPONSE",
                "RANDOM_DATA_THEN_CLOSE",
                "MALFORMED_RESPONSE_CHUNK"
            })
    void no_whole_answer_is_no_answer(Fault fault) {
        answers(aResponse().withFault(fault));

        assertUnreachable(Request.get("test", base()));
    }

    @Test
    void nobody_waits_for_a_silent_server_nor_for_one_that_drips() throws Exception {
        GatewayHttp hasty = new GatewayHttp(new OutboundSettings(false, Duration.ofSeconds(1), Duration.ofMillis(400)));
        answers(aResponse().withFixedDelay(15_000));
        assertUnreachable(hasty, Request.get("test", base()));

        // a byte every 150 ms never meets the time-out of one reading
        answers(aResponse().withBody("x".repeat(100)).withChunkedDribbleDelay(100, 15_000));
        long before = System.nanoTime();
        assertUnreachable(hasty, Request.get("test", base()));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        hasty.destroy();
    }

    @Test
    void nobody_listens() {
        int port = server.port();
        server.stop();

        assertUnreachable(Request.get("test", "http://127.0.0.1:" + port));
    }

    @Test
    void an_endless_answer_is_not_read_to_its_end() {
        answers(aResponse().withBody(new byte[GatewayHttp.LARGEST_ANSWER + 1]));

        assertThatThrownBy(() -> http.send(Request.get("test", base())))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTOR_ANSWER_UNREADABLE));
    }

    @Test
    void an_answer_that_is_not_json_is_unreadable() {
        answers(aResponse().withBody("<html>maintenance</html>"));

        assertThatThrownBy(() -> http.send(Request.get("test", base())).json())
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTOR_ANSWER_UNREADABLE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gateway.example", "ftp://gateway.example", "https://gateway.example?x=1", "http:// x"})
    void a_base_url_must_be_an_address(String baseUrl) {
        assertThatThrownBy(() -> Request.get("test", baseUrl))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIGURATION));
    }

    @Test
    void an_address_from_data_must_not_lead_into_the_private_network() throws Exception {
        answers(aResponse().withBody("secret"));
        DnsResolver liar = new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) {
                return new InetAddress[] {InetAddress.getLoopbackAddress()};
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        URI address = URI.create("http://public.example:" + server.port() + "/x");
        OutboundSettings open = new OutboundSettings(true, Duration.ofSeconds(5), Duration.ofSeconds(20));
        OutboundSettings closed = new OutboundSettings(false, Duration.ofSeconds(5), Duration.ofSeconds(20));
        GatewayHttp allowed = new GatewayHttp(open, liar);
        GatewayHttp guarded = new GatewayHttp(closed, liar);
        try {
            assertThatThrownBy(() -> guarded.read("test", address, 100, Duration.ofSeconds(20)))
                    .asInstanceOf(type(HubException.class))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE));
            assertThat(server.getAllServeEvents()).isEmpty();
            assertThat(allowed.read("test", address, 100, Duration.ofSeconds(20)))
                    .asString()
                    .isEqualTo("secret");
        } finally {
            allowed.destroy();
            guarded.destroy();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.0.8",
                "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1",
                "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::a00:1",
                "2002:a00:1::", "2001:0:1::", "2001:db8::1", "fc00::1", "fe80::1", "fec0::1", "ff02::1"
            })
    void these_are_not_public(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "100.63.255.255", "100.128.0.0", "173.0.84.1", "198.20.0.1", "2606:4700::1111"})
    void these_are_public(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void literal_addresses_are_judged_as_names_are() {
        assertThatThrownBy(() -> new PublicAddresses(SystemDefaultDnsResolver.INSTANCE).resolve("127.0.0.1"))
                .isInstanceOf(java.net.UnknownHostException.class);
    }

    private void assertUnreachable(Request request) {
        assertUnreachable(http, request);
    }

    private static void assertUnreachable(GatewayHttp http, Request request) {
        assertThatThrownBy(() -> http.send(request))
                .asInstanceOf(type(HubException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTOR_UNREACHABLE));
    }

    private void answers(ResponseDefinitionBuilder answer) {
        server.stubFor(any(anyUrl()).willReturn(answer));
    }

    private String base() {
        return "http://127.0.0.1:" + server.port();
    }
}
