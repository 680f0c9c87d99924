package dev.wasl.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wasl.bench.PlayedGateways.Callback;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * Loads the hub with proved, unique webhooks of one gateway after the other, in alternating rounds, and holds what was
 * answered with 2xx against what the ledger received and applied. Arguments: the measurement's properties, the hub's properties, and
 * where to write the results. Ends with 1 when a count is wrong.
 */
public final class GatewayIntake {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COLUMNS = "%-15s %5s %8d %8d %8d %8.0f %7.2f %8.1f %8.1f %10.0f %10.0f%n";
    private static final String TITLES = COLUMNS.replaceAll("(?:\\.\\d)?[df]", "s");

    private final Properties settings;
    private final Properties hub;
    private final PrintStream out;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private GatewayIntake(Properties settings, Properties hub, PrintStream out) {
        this.settings = settings;
        this.hub = hub;
        this.out = out;
        this.port = number("port", 0);
    }

    public static void main(String[] args) throws Exception {
        boolean correct;
        try (PrintStream out = new PrintStream(Files.newOutputStream(Path.of(args[2])), true)) {
            correct = new GatewayIntake(read(args[0]), read(args[1]), out).run();
        }
        System.exit(correct ? 0 : 1);
    }

    private static Properties read(String file) throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(file))) {
            properties.load(reader);
        }
        return properties;
    }

    private int number(String name, int otherwise) {
        return Integer.parseInt(settings.getProperty(name, Integer.toString(otherwise)));
    }

    private boolean run() throws Exception {
        int connections = number("connections", 64);
        int perRound = number("requests", 10_000);
        int warmUp = number("warm-up", 10_000);
        int rounds = number("rounds", 3);
        int payments = number("payments", 100);
        List<String> wanted = Arrays.asList(settings.getProperty("gateways", "").strip().split("\\s+"));
        List<String> gateways = GatewayEvents.GATEWAYS.stream()
                .filter(gateway -> gateway.equals("stripe") || wanted.contains(gateway) || wanted.equals(List.of("")))
                .toList();
        List<Round> results = new ArrayList<>();
        try (PlayedGateways played =
                new PlayedGateways(number("played-port", 0), Files.readAllBytes(Path.of(settings.getProperty("paypal-certificate"))))) {
            print("%d connections, %d requests a round, %d to warm up, %d payments per gateway asked for, %s, %d processors%n", connections, perRound,
                    warmUp, payments, System.getProperty("java.vm.version"), Runtime.getRuntime().availableProcessors());
            GatewayEvents events = new GatewayEvents(
                    hub, port, Path.of(settings.getProperty("paypal-key")), askFor(gateways, payments, played));
            int piece = Math.max(1, Math.min(warmUp, 5_000));
            for (int sent = 0; sent < warmUp; sent += piece) {
                for (String gateway : gateways) {
                    round(gateway, events, piece, connections);
                }
            }
            titles();
            for (int i = 1; i <= rounds; i++) {
                for (String gateway : gateways) {
                    Round round = round(gateway, events, perRound, connections);
                    results.add(round);
                    // the first of a round is Stripe
                    row(Integer.toString(i), round, results.get(results.size() - 1 - gateways.indexOf(gateway)).rate);
                }
            }
        }
        print("%nmedians of %d rounds, counts of all%n", rounds);
        titles();
        Round reference = median(results, "stripe");
        boolean correct = true;
        for (String gateway : gateways) {
            Round median = median(results, gateway);
            row("all", median, reference.rate);
            correct &= median.good == (long) rounds * perRound && median.received == median.good && median.applied == median.good;
        }
        print("%n%s%n", correct ? "every request was answered with 2xx, the ledger received every one of them, and all are applied" : "COUNTS DIFFER");
        return correct;
    }

    /** Asks the hub for payments, so that there is something to call back about; of CMI each round does it anew. */
    private Map<String, List<Callback>> askFor(List<String> gateways, int payments, PlayedGateways played) throws Exception {
        Map<String, List<Callback>> callbacks = new HashMap<>();
        for (String gateway : GatewayEvents.ASKED_FOR.stream().filter(gateways::contains).toList()) {
            List<Callback> known = new ArrayList<>();
            for (int i = 0; i < payments; i++) {
                ask(gateway, i);
                known.add(played.lastStarted());
            }
            callbacks.put(gateway, known);
        }
        return callbacks;
    }

    /**
     * A payment of its own for every callback of CMI: each takes money, and many for one payment would measure the growth
     * of its history. CMI hears of a payment from the customer's browser, by a form that names the address of the callback.
     */
    private List<Callback> askCmi(int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Callback>> asked = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                asked.add(threads.submit(() -> {
                    JsonNode payment = ask("cmi", number);
                    return new Callback(
                            PlayedGateways.pathOf(payment.path("link").asText()), payment.path("reference").asText(), "");
                }));
            }
            List<Callback> known = new ArrayList<>();
            for (Future<Callback> one : asked) {
                known.add(one.get());
            }
            return known;
        } finally {
            threads.shutdownNow();
        }
    }

    private JsonNode ask(String gateway, int number) throws IOException, InterruptedException {
        String reference = "B" + Long.toString(System.nanoTime(), 36) + '-' + number;
        JsonNode asked = call(request("/api/v1/payments/requests").header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"tenant":"portal","reference":"%s","amount":"12500","currency":"%s","gateway":"%s",\
                        "customer":{"phone":"+256770000001","email":"bench@shop.example"},"returnUrl":"https://shop.example/thanks"}"""
                        .formatted(reference, GatewayEvents.currency(gateway), gateway))));
        if (!asked.path("status").asText().equals("PENDING")) {
            throw new IOException(gateway + " did not start: " + asked);
        }
        return asked;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + settings.getProperty("api-key"));
    }

    private JsonNode call(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private Round round(String gateway, GatewayEvents events, int count, int connections) throws Exception {
        if (gateway.equals("cmi")) {
            events.callBackAbout(gateway, askCmi(count));
        }
        StripeEvents.Signed[] signed = events.next(gateway, count);
        JsonNode before = ledger(gateway);
        ProcessTree processes = new ProcessTree(
                Arrays.stream(settings.getProperty("pids").split(" ")).map(Long::valueOf).toList());
        try (HttpLoad load = new HttpLoad(port, connections)) {
            long cpuBefore = processes.cpuMicros();
            HttpLoad.Result result = load.send(signed, 0, (index, status, nanos) -> {});
            double requests = Math.max(1, result.good());
            double cpu = (processes.cpuMicros() - cpuBefore) / requests;
            JsonNode after = drained(gateway, before.path("received").asLong() + result.good());
            double cpuDrained = (processes.cpuMicros() - cpuBefore) / requests;
            return new Round(gateway, result.good(), grown("received", before, after), grown("applied", before, after), result.perSecond(),
                    result.percentileMillis(0.5), result.percentileMillis(0.99), cpu, cpuDrained);
        }
    }

    /** Waits until everything was worked in, at most three minutes, so that no gateway pays for the one before. */
    private JsonNode drained(String gateway, long received) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        JsonNode row = ledger(gateway);
        while ((row.path("received").asLong() < received || row.path("pending").asLong() > 0) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            row = ledger(gateway);
        }
        return row;
    }

    private JsonNode ledger(String gateway) throws Exception {
        for (JsonNode row : call(request("/api/v1/ledger?tenant=portal")).path("rows")) {
            if (row.path("connector").asText().equals(gateway)) {
                return row;
            }
        }
        return JSON.createObjectNode();
    }

    private static long grown(String bucket, JsonNode before, JsonNode after) {
        return after.path(bucket).asLong() - before.path(bucket).asLong();
    }

    private static Round median(List<Round> rounds, String gateway) {
        List<Round> mine = rounds.stream().filter(round -> round.gateway.equals(gateway)).toList();
        return new Round(gateway, mine.stream().mapToLong(Round::good).sum(), mine.stream().mapToLong(Round::received).sum(),
                mine.stream().mapToLong(Round::applied).sum(), median(mine, Round::rate), median(mine, Round::p50), median(mine, Round::p99),
                median(mine, Round::cpu), median(mine, Round::cpuDrained));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private void titles() {
        print("%n" + TITLES.replace("%n", "") + "%n", "gateway", "round", "2xx", "received", "applied", "req/s", "/Stripe", "p50 ms", "p99 ms",
                "cpu us/req", "+drain us");
    }

    private void row(String name, Round round, double reference) {
        print(COLUMNS, round.gateway, name, round.good, round.received, round.applied, round.rate, round.rate / reference, round.p50,
                round.p99, round.cpu, round.cpuDrained);
    }

    private void print(String format, Object... values) {
        String text = String.format(Locale.ROOT, format, values);
        System.out.print(text);
        out.print(text);
    }

    /**
     * What a round of a gateway brought.
     *
     * @param good answers with a status of 2xx
     * @param received by how much the ledger grew
     * @param applied how many of these were neither duplicate nor refused nor parked; CMI is answered 200 even when it is refused
     * @param cpu processor time of service and database until the last answer, microseconds per request
     * @param cpuDrained the same until nothing was pending any more
     */
    private record Round(
            String gateway,
            long good,
            long received,
            long applied,
            double rate,
            double p50,
            double p99,
            double cpu,
            double cpuDrained) {}
}
