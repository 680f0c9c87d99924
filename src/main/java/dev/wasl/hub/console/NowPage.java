package dev.wasl.hub.console;

import dev.wasl.hub.console.Figures.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The overview, ready to be shown. A part is null when what it comes from does not answer.
 *
 * @param at when it was looked at
 */
record NowPage(
        Moment at,
        Headline headline,
        Messages messages,
        Pending pending,
        @Nullable Parked parked,
        @Nullable List<Connector> connectors,
        List<Other> others,
        @Nullable List<Queue> queues,
        @Nullable Ledger ledger,
        @Nullable List<Channel> notifications) {

    /** How good or bad something is; the name is the style class. */
    enum Tone {
        OK,
        WARN,
        BAD,
        IDLE;

        /** The style class. */
        public String css() {
            return "tone-" + name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The one sentence that answers "is everything well?", and why not. */
    record Headline(Tone tone, String text, List<Reason> reasons) {}

    /**
     * Why somebody should look.
     *
     * @param target the id of the part of the page that tells more
     */
    record Reason(Tone tone, String text, String target) {}

    /**
     * Messages of the last full minute.
     *
     * @param perMinute null when unknown
     * @param peak the most in one minute of the last hour
     * @param hour the sum of the last hour
     */
    record Messages(
            @Nullable String perMinute,
            @Nullable String peak,
            @Nullable String hour) {}

    /**
     * What was received and is not applied yet.
     *
     * @param count null when unknown
     * @param oldest how long the oldest has waited; null when nothing waits
     */
    record Pending(@Nullable String count, @Nullable String oldest, Tone tone) {}

    /** What waits for a person. */
    record Parked(String count, Tone tone, List<Cause> causes) {}

    /**
     * Parked messages of one cause.
     *
     * @param share of the largest group, in percent, for the bar
     */
    record Cause(String code, String reason, String stage, String count, int share, Moment newest) {}

    /**
     * A connector of one tenant that fetches by itself.
     *
     * @param state in words
     * @param lastSync null when it never synced
     * @param problem in words; null when there is none
     * @param calls of the last hour and what the budget allows, in words; null when unknown
     */
    record Connector(
            String tenant,
            String name,
            Tone tone,
            String state,
            @Nullable Moment lastSync,
            @Nullable String problem,
            @Nullable String calls,
            @Nullable Progress progress) {}

    /**
     * A connector of one tenant that is called or only sends.
     *
     * @param received how many messages it brought; null when none or unknown
     */
    record Other(String tenant, String name, @Nullable String received) {}

    /**
     * How far a backfill is.
     *
     * @param percent null when nobody knows how much there is
     * @param text in words
     */
    record Progress(@Nullable Integer percent, String text, boolean paused) {}

    /**
     * A queue of the broker.
     *
     * @param share of the deepest queue, or of a hundred messages, in percent, for the bar
     * @param oldest how long its first message has waited; null when none waits
     */
    record Queue(
            String name, String depth, int share, @Nullable String oldest, String consumers, Tone tone) {}

    /** The proof of the sum. */
    record Ledger(boolean balanced, LedgerRow total, List<LedgerRow> rows) {}

    /** One line of the ledger; the total has no names. */
    record LedgerRow(
            String tenant,
            String connector,
            String received,
            String applied,
            String duplicate,
            String rejected,
            String parked,
            String pending,
            boolean balanced) {}

    /** Notifications of one channel in the last day. */
    record Channel(String name, String total, List<ChannelPart> parts) {}

    /**
     * Notifications of one channel that got equally far.
     *
     * @param style {@code arrived}, {@code sent}, {@code waiting} or {@code failed}
     * @param start where its part of the bar begins, in percent
     * @param share of the channel, in percent
     */
    record ChannelPart(String style, String name, String count, double start, double share) {}
}
