package dev.wasl.hub.sandbox;

import java.util.Map;
import java.util.function.Function;

/**
 * A webhook to the hub.
 *
 * @param event what it tells, for people
 * @param subject what it is about; webhooks of one subject may change places
 * @param path path and query at the hub
 * @param proof the headers that prove it, made when it is sent because some carry the time
 * @param tries how often the provider sends it before it gives up on answers other than 2xx
 */
record Hook(
        String connector,
        String tenant,
        String event,
        String subject,
        String path,
        String contentType,
        byte[] body,
        Function<byte[], Map<String, String>> proof,
        int tries) {}
