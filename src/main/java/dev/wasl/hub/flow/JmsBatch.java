package dev.wasl.hub.flow;

import jakarta.jms.Session;

/** The session that a batch was received in; what a route sends through it commits with the batch. */
record JmsBatch(Session session) {

    /** The exchange property that carries it. */
    static final String PROPERTY = "WaslBatch";
}
