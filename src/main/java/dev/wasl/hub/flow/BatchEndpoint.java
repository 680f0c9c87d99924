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
    private boolean canonical;

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

    public boolean isCanonical() {
        return canonical;
    }

    /** Whether the queue hangs on the canonical address; else it holds received messages. */
    public void setCanonical(boolean canonical) {
        this.canonical = canonical;
    }
}
