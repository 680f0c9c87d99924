package dev.wasl.hub.ops;

import dev.wasl.hub.canonical.HubException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints why the hub does not start as the sentence that one of our exceptions carries, without a stack trace. */
class StartupFailureAnalyzer extends AbstractFailureAnalyzer<HubException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, HubException cause) {
        return new FailureAnalysis(cause.getMessage(), null, rootFailure);
    }
}
