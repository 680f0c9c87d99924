package dev.wasl.hub.ops;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

/**
 * Whether the database answers, and the way to it for those who only look: health, metrics, keys. Each would wait for
 * the pool's time-out while it is away, one after the other; here the first one waits, and the next seconds all the
 * others are told at once.
 */
@Component("dbHealthIndicator")
public class DatabaseHealth extends AbstractHealthIndicator {

    private static final Duration REMEMBERED = Duration.ofSeconds(5);
    private static final int VALID_SECONDS = 3;

    private final DataSource dataSource;
    private final Clock clock;
    private volatile Instant silentUntil = Instant.MIN;

    public DatabaseHealth(DataSource dataSource, Clock clock) {
        super("The database does not answer");
        this.dataSource = dataSource;
        this.clock = clock;
    }

    /**
     * What a query answers.
     *
     * @throws DataAccessResourceFailureException when the database is away, or was a moment ago
     */
    public <T> T look(Supplier<T> query) {
        if (clock.instant().isBefore(silentUntil)) {
            throw new DataAccessResourceFailureException("the database did not answer a moment ago");
        }
        try {
            return query.get();
        } catch (DataAccessResourceFailureException e) {
            silentUntil = clock.instant().plus(REMEMBERED);
            throw e;
        }
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.status(look(this::valid) ? Status.UP : Status.DOWN);
    }

    private boolean valid() {
        try (Connection connection = dataSource.getConnection()) {
            return connection.isValid(VALID_SECONDS);
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("no connection", e);
        }
    }
}
