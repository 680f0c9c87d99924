package dev.wasl.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import java.util.function.Consumer;

/** What tests expect of a failure of ours. */
public final class HubFailure {

    private HubFailure() {}

    /** Whether something failed with this code: {@code assertThatThrownBy(..).satisfies(failedWith(code))}. */
    public static Consumer<Throwable> failedWith(ErrorCode code) {
        return failure -> assertThat(failure).isInstanceOfSatisfying(HubException.class, ours -> assertThat(ours.code())
                .isEqualTo(code));
    }
}
