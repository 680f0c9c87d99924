package dev.wasl.hub.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in one sentence which secret stopped the start, instead of a stack trace. */
class BootstrapSecretFailureAnalyzer extends AbstractFailureAnalyzer<BootstrapSecretException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, BootstrapSecretException cause) {
        return new FailureAnalysis(cause.problem(), cause.action(), cause);
    }
}
