package dev.wasl.hub.access;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;

/** A first password or key that is missing or not acceptable; the hub does not start with it. */
class BootstrapSecretException extends HubException {

    private final String problem;
    private final String action;

    private BootstrapSecretException(String problem, String action) {
        super(ErrorCode.CONFIGURATION, problem + " " + action);
        this.problem = problem;
        this.action = action;
    }

    static BootstrapSecretException missing(String variable, String what) {
        return new BootstrapSecretException(
                variable + " is not set, and the production profile makes no default for " + what + ".",
                "Set the environment variable " + variable + " and start again.");
    }

    static BootstrapSecretException demo(String variable) {
        return new BootstrapSecretException(
                variable + " holds the public demo value, which the production profile refuses.",
                "Set the environment variable " + variable + " to a secret of your own and start again.");
    }

    static BootstrapSecretException leftover(String variable, String what) {
        return new BootstrapSecretException(
                "The database still holds " + what
                        + " with the public demo value, which the production profile refuses; " + variable
                        + " is not set to replace it.",
                "Set the environment variable " + variable + " to a secret of your own and start again.");
    }

    static BootstrapSecretException tooLong(String variable, int bytes) {
        return new BootstrapSecretException(
                variable + " is longer than " + bytes + " bytes, which is all that is compared.",
                "Set the environment variable " + variable + " to a shorter password and start again.");
    }

    String problem() {
        return problem;
    }

    String action() {
        return action;
    }
}
