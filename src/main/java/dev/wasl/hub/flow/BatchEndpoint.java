package dev.wasl.hub.flow;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** A queue that is consumed in batches. */
public class BatchEndpoint extends DefaultEndpoint {

    private final BatchComponent component;
    private final String queue;
    private int consumers = 1;
    private Format format = Format.INBOUND;

    BatchEndpoint(String uri, BatchComponent component, String queue) {
        super(uri, component);
        this.component = component;
        this.queue = queue;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        BatchConsumer consumer = new BatchConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("wasl-batch only consumes");
    }

    @Override
    public boolean isLenientProperties() {
        return false;
    }

    BatchComponent batchComponent() {
        return component;
    }

    String queue() {
        return queue;
    }

    public int getConsumers() {
        return consumers;
    }

    /** How many threads consume the queue, each with its own session. */
    public void setConsumers(int consumers) {
        this.consumers = consumers;
    }

    public Format getFormat() {
        return format;
    }

    /** What the queue holds, and so what the list in the body is made of. */
    public void setFormat(Format format) {
        this.format = format;
    }

    /** What a queue holds. */
    public enum Format {
        /** Received messages: {@code InboundMessage}. */
        INBOUND,
        /** Canonical events: {@code CanonicalMessage}; the queue hangs on the canonical address. */
        CANONICAL,
        /** Anything: the broker's own messages. */
        BROKER
    }
}
