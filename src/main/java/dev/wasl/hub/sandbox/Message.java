package dev.wasl.hub.sandbox;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A message that the sandbox accepted as a provider, and what became of it. */
final class Message {

    private static final int LONGEST_TEXT = 8_192;

    private final Instant at;
    private final String channel;
    private final String tenant;
    private final String id;
    private final String from;
    private final String to;
    private final String text;
    private final List<String> statuses = new ArrayList<>();

    Message(Instant at, String channel, String tenant, String id, String from, String to, String text) {
        this.at = at;
        this.channel = channel;
        this.tenant = tenant;
        this.id = id;
        this.from = from;
        this.to = to;
        this.text = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
    }

    synchronized void became(String status) {
        statuses.add(status);
    }

    @JsonProperty
    Instant at() {
        return at;
    }

    @JsonProperty
    String channel() {
        return channel;
    }

    @JsonProperty
    String tenant() {
        return tenant;
    }

    @JsonProperty
    String id() {
        return id;
    }

    @JsonProperty
    String from() {
        return from;
    }

    @JsonProperty
    String to() {
        return to;
    }

    @JsonProperty
    String text() {
        return text;
    }

    @JsonProperty
    synchronized List<String> statuses() {
        return List.copyOf(statuses);
    }
}
