package dev.wasl.hub.connector.bosta;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What polling needs to know of a tenant's Bosta account: {@code wasl.tenants.<tenant>.connectors.bosta}.
 *
 * @param baseUrl where the API is, without a path
 * @param apiKey as given by Bosta's dashboard, sent without {@code Bearer}; empty stops the connector until it is set
 * @param requestsPerSecond the request budget, shared with every tenant that uses the same server (the strictest wins);
 *     0 and very large values lift it. Bosta documents no limit; 0.75 is what proved safe.
 * @param burst requests that may follow each other at once
 * @param pageSize rows a page while polling
 * @param backfillPageSize rows a page while reading the past; 200 is what others use as the maximum
 * @param pollInterval between two polls for changes
 * @param overlap how far behind the newest change seen a poll reads again, for changes that became visible late
 * @param maxPages pages of one poll; more is left to the next one, which goes on where this one stopped
 * @param fetchDetails whose details are fetched
 * @param detailThreads parallel detail calls, where the budget is lifted; otherwise one at a time
 * @param reconcileInterval between two searches for open deliveries that nobody heard of
 * @param staleAfter how long an open delivery may stay unobserved before it is asked about
 * @param reconcileBatch how many of them may wait to be asked about at once
 * @param settlementInterval between two questions about the same delivered delivery whose cash Bosta has not paid out
 * @param settlementFor how long after its end such a delivery is asked about; 0 never asks
 * @param attentionRetry how long the connector stays quiet after Bosta refused the key
 * @param connectTimeout for a connection
 * @param responseTimeout for the next bytes of an answer
 */
record BostaSettings(
        @DefaultValue("https://app.bosta.co") String baseUrl,
        @Nullable String apiKey,
        @DefaultValue("0.75") double requestsPerSecond,
        @DefaultValue("3") int burst,
        @DefaultValue("50") int pageSize,
        @DefaultValue("200") int backfillPageSize,
        @DefaultValue("60s") Duration pollInterval,
        @DefaultValue("5m") Duration overlap,
        @DefaultValue("200") int maxPages,
        @DefaultValue("changed") FetchDetails fetchDetails,
        @DefaultValue("4") int detailThreads,
        @DefaultValue("3m") Duration reconcileInterval,
        @DefaultValue("1h") Duration staleAfter,
        @DefaultValue("50") int reconcileBatch,
        @DefaultValue("24h") Duration settlementInterval,
        @DefaultValue("28d") Duration settlementFor,
        @DefaultValue("15m") Duration attentionRetry,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("30s") Duration responseTimeout) {

    /** Whose details are fetched. */
    enum FetchDetails {
        /** Of what changed and, last of all, of what a backfill found. */
        CHANGED,
        /** Of everything that a poll shows, too. */
        ALL,
        /** None but those that somebody asks for. */
        NONE
    }

    BostaSettings {
        apiKey = apiKey == null ? null : apiKey.strip();
        baseUrl = baseUrl.strip().replaceAll("/+$", "");
    }

    boolean hasKey() {
        return apiKey != null && !apiKey.isEmpty();
    }

    @Override
    public String toString() {
        return "BostaSettings[baseUrl=" + baseUrl + ", requestsPerSecond=" + requestsPerSecond + "]";
    }
}
