package dev.wasl.hub.sandbox;

import java.net.URI;
import java.util.Map;
import java.util.function.Function;

/**
 * A webhook to the hub.
 *
 * @param event what it tells, for people
 * @param subject what it is about; webhooks of one subject may change places
 * @param method {@code POST}, or {@code PUT} where a provider is different
 * @param path path and query at the hub
 * @param proof the headers that prove it, made when it is sent because some carry the time
 * @param tries how often the provider sends it before it gives up on answers other than 2xx
 * @param heard is told each answer of the hub, for providers that act on its words
 */
record Hook(
        String connector,
        String tenant,
        String event,
        String subject,
        String method,
        String path,
        String contentType,
        byte[] body,
        Function<byte[], Map<String, String>> proof,
        int tries,
        Heard heard) {

    /** Listens to the hub's answer. */
    interface Heard {
        void answer(int status, String body);
    }

    Hook(
            String connector,
            String tenant,
            String event,
            String subject,
            String path,
            String contentType,
            byte[] body,
            Function<byte[], Map<String, String>> proof,
            int tries) {
        this(connector, tenant, event, subject, "POST", path, contentType, body, proof, tries, (status, answer) -> {});
    }

    /** The same, sent with another method. */
    Hook by(String otherMethod) {
        return new Hook(connector, tenant, event, subject, otherMethod, path, contentType, body, proof, tries, heard);
    }

    /** The same, to another path at the hub. */
    Hook to(String otherPath) {
        return new Hook(connector, tenant, event, subject, method, otherPath, contentType, body, proof, tries, heard);
    }

    /** The same, with headers that prove it. */
    Hook provenBy(Function<byte[], Map<String, String>> otherProof) {
        return new Hook(connector, tenant, event, subject, method, path, contentType, body, otherProof, tries, heard);
    }

    /** The same, with somebody who listens to the answers. */
    Hook heardBy(Heard listener) {
        return new Hook(connector, tenant, event, subject, method, path, contentType, body, proof, tries, listener);
    }

    /** Path and query of an address that the hub gave to the provider, whatever its public name is. */
    static String pathOf(String url) {
        URI address = URI.create(url);
        return address.getRawPath() + (address.getRawQuery() == null ? "" : '?' + address.getRawQuery());
    }
}
