package dev.wasl.hub.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.HubException;
import dev.wasl.hub.canonical.Notification;
import dev.wasl.hub.canonical.Notification.Channel;
import dev.wasl.hub.canonical.Notification.Status;
import dev.wasl.hub.canonical.NotificationReceipt;
import dev.wasl.hub.canonical.Party;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.stereotype.Repository;

/** Notifications, their attempts, their history, and receipts that wait for their message. */
@Repository
class NotificationRepository {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};
    private static final TypeReference<List<PlannedStep>> STEPS = new TypeReference<>() {};

    private final NamedParameterJdbcTemplate jdbc;

    NotificationRepository(JdbcTemplate jdbc) {
        this.jdbc = new NamedParameterJdbcTemplate(jdbc);
    }

    // --- requesting ---------------------------------------------------------------------------------------------

    /** The receipts among these whose message was fetched by a backfill. */
    Set<UUID> backfilled(Collection<UUID> receiptIds) {
        if (receiptIds.isEmpty()) {
            return Set.of();
        }
        return new LinkedHashSet<>(jdbc.queryForList("""
                SELECT receipt_id FROM hub.message
                WHERE receipt_id = ANY (CAST(:ids AS uuid[])) AND kind = 'BACKFILL'
                """, Map.of("ids", array(receiptIds)), UUID.class));
    }

    /** Lets only one transaction at a time decide about each of these keys. */
    void serialise(Collection<String> keys) {
        if (!keys.isEmpty()) {
            jdbc.query("""
                    SELECT pg_advisory_xact_lock(hashtextextended(k, 0))
                    FROM unnest(CAST(:keys AS text[])) AS k
                    """, Map.of("keys", array(new TreeSet<>(keys))), rs -> {});
        }
    }

    /** When each rule last spoke about each subject, for these subjects of a tenant. */
    List<Spoken> spoken(String tenant, Collection<String> subjects) {
        return jdbc.query(
                """
                SELECT subject, rule, max(event_time) AS latest
                FROM hub.notification
                WHERE tenant = :tenant AND subject = ANY (CAST(:subjects AS text[]))
                GROUP BY subject, rule
                """,
                Map.of("tenant", tenant, "subjects", array(subjects)),
                (rs, n) -> new Spoken(rs.getString("subject"), rs.getString("rule"), instant(rs, "latest")));
    }

    /** Stores new notifications; one whose rule has spoken about the cause already is left out. */
    List<Notice> insert(List<Notice> notices) {
        if (notices.isEmpty()) {
            return List.of();
        }
        List<Map<String, Object>> rows = new ArrayList<>(notices.size());
        for (Notice n : notices) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("id", n.id);
            row.put("tenant", n.tenant);
            row.put("rule", n.rule);
            row.put("cause", n.cause);
            row.put("subject", n.subject);
            row.put("subject_reference", n.subjectReference);
            row.put("template", n.template);
            row.put("language", n.language);
            row.put("recipient", n.recipient);
            row.put("variables", n.variables);
            row.put("plan", n.plan);
            row.put("channel", n.channel);
            row.put("provider", n.provider());
            row.put("state", n.state);
            row.put("due_at", n.dueAt);
            row.put("timer_at", n.timerAt);
            row.put("expires_at", n.expiresAt);
            row.put("held_code", n.heldCode);
            row.put("event_id", n.eventId);
            row.put("event_time", n.eventTime);
            row.put("created_at", n.createdAt);
            row.put("refs", refs(n));
            rows.add(row);
        }
        // one order for everybody, so that two batches with the same causes cannot lock each other out
        Set<UUID> stored = new LinkedHashSet<>(jdbc.queryForList("""
                INSERT INTO hub.notification (id, tenant, rule, cause, subject, subject_reference, category, template,
                    language, recipient, variables, plan, channel, provider, state, due_at, timer_at, expires_at,
                    held_code, event_id, event_time, created_at, updated_at, refs)
                SELECT id, tenant, rule, cause, subject, subject_reference, 'TRANSACTIONAL', template,
                    language, recipient, variables, plan, channel, provider, state, due_at, timer_at, expires_at,
                    held_code, event_id, event_time, created_at, created_at, refs
                FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (id uuid, tenant text, rule text, cause text,
                    subject text, subject_reference text, template text, language text, recipient jsonb,
                    variables jsonb, plan jsonb, channel text, provider text, state text, due_at timestamptz,
                    timer_at timestamptz, expires_at timestamptz, held_code text, event_id text,
                    event_time timestamptz, created_at timestamptz, refs text[])
                ORDER BY tenant, rule, cause
                ON CONFLICT ON CONSTRAINT uq_notification_cause DO NOTHING
                RETURNING id
                """, Map.of("rows", json(rows)), UUID.class));
        List<Notice> inserted =
                notices.stream().filter(n -> stored.contains(n.id)).toList();
        insertChanges(inserted);
        return inserted;
    }

    // --- finding and locking ------------------------------------------------------------------------------------

    /** Notifications of these subjects that wait to learn how their person is reached, or could be overtaken. */
    List<Open> open(String tenant, Collection<String> subjects) {
        return jdbc.query(
                """
                SELECT id, rule, subject, event_time, held_code FROM hub.notification
                WHERE tenant = :tenant AND subject = ANY (CAST(:subjects AS text[]))
                  AND state NOT IN ('FAILED', 'DELIVERED', 'READ')
                """,
                Map.of("tenant", tenant, "subjects", array(subjects)),
                (rs, n) -> new Open(
                        rs.getObject("id", UUID.class),
                        rs.getString("rule"),
                        rs.getString("subject"),
                        instant(rs, "event_time"),
                        rs.getString("held_code")));
    }

    /** Which of these notifications exist. */
    Set<UUID> existing(Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return Set.of();
        }
        return new LinkedHashSet<>(jdbc.queryForList(
                "SELECT id FROM hub.notification WHERE id = ANY (CAST(:ids AS uuid[]))",
                Map.of("ids", array(ids)),
                UUID.class));
    }

    /** Which attempts carry these ids of a provider. */
    Map<String, AttemptKey> byProviderId(String tenant, String provider, Collection<String> providerMessageIds) {
        Map<String, AttemptKey> found = new LinkedHashMap<>();
        jdbc.query("""
                SELECT provider_message_id, notification_id, attempt_no FROM hub.notification_attempt
                WHERE tenant = :tenant AND provider = :provider
                  AND provider_message_id = ANY (CAST(:ids AS text[]))
                """, Map.of("tenant", tenant, "provider", provider, "ids", array(providerMessageIds)), rs -> {
            found.put(rs.getString(1), new AttemptKey(rs.getObject(2, UUID.class), rs.getInt(3)));
        });
        return found;
    }

    /** Locks notifications, always in the same order, with all their attempts. */
    Map<UUID, Notice> lock(Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        return load("""
                SELECT * FROM hub.notification WHERE id = ANY (CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE
                """, new MapSqlParameterSource("ids", array(ids)));
    }

    /** Claims what a provider may be given now: due, and its sender free. Rows that another instance holds are skipped. */
    Map<UUID, Notice> claimDue(String provider, int limit, Instant now) {
        return load(
                """
                SELECT n.* FROM hub.notification n
                WHERE n.provider = :provider AND n.due_at <= :now
                  AND NOT EXISTS (SELECT 1 FROM hub.notification_sender s
                                  WHERE s.tenant = n.tenant AND s.provider = n.provider AND s.free_at > :now)
                ORDER BY n.due_at
                LIMIT :limit
                FOR UPDATE OF n SKIP LOCKED
                """,
                new MapSqlParameterSource("provider", provider)
                        .addValue("now", at(now))
                        .addValue("limit", limit));
    }

    /** Claims what a timer has run out for. */
    Map<UUID, Notice> claimTimers(int limit, Instant now) {
        return load("""
                SELECT * FROM hub.notification WHERE timer_at <= :now
                ORDER BY timer_at LIMIT :limit FOR UPDATE SKIP LOCKED
                """, new MapSqlParameterSource("now", at(now)).addValue("limit", limit));
    }

    private Map<UUID, Notice> load(String sql, MapSqlParameterSource parameters) {
        Map<UUID, Notice> notices = new LinkedHashMap<>();
        jdbc.query(sql, parameters, rs -> {
            Notice notice = notice(rs);
            notices.put(notice.id, notice);
        });
        if (!notices.isEmpty()) {
            jdbc.query("""
                    SELECT * FROM hub.notification_attempt
                    WHERE notification_id = ANY (CAST(:ids AS uuid[])) ORDER BY notification_id, attempt_no
                    """, Map.of("ids", array(notices.keySet())), rs -> {
                Objects.requireNonNull(notices.get(rs.getObject("notification_id", UUID.class)))
                        .load(attempt(rs));
            });
        }
        return notices;
    }

    // --- saving -------------------------------------------------------------------------------------------------

    /**
     * Saves notifications with what happened to them.
     *
     * @throws OptimisticLockingFailureException when somebody changed one without the lock
     */
    void save(Collection<Notice> notices, Instant now) {
        if (notices.isEmpty()) {
            return;
        }
        SqlParameterSource[] rows = notices.stream()
                .map(notice -> row(notice).addValue("updatedAt", at(now)))
                .toArray(SqlParameterSource[]::new);
        int[] updated = jdbc.batchUpdate("""
                UPDATE hub.notification SET recipient = CAST(:recipient AS jsonb), variables = CAST(:variables AS jsonb),
                    plan = CAST(:plan AS jsonb), step = :step, channel = :channel, provider = :provider, state = :state,
                    attempt_no = :attemptNo, step_attempts = :stepAttempts, step_deadline_at = :stepDeadlineAt,
                    due_at = :dueAt, timer_at = :timerAt, held_code = :heldCode, error_code = :errorCode,
                    error_detail = :errorDetail, provider_message_id = :providerMessageId, updated_at = :updatedAt,
                    refs = CAST(:refs AS text[]), version = version + 1
                WHERE id = :id AND version = :version
                """, rows);
        for (int count : updated) {
            // a rewritten batch reports success without a number, which is negative
            if (count == 0) {
                throw new OptimisticLockingFailureException("a notification was changed without its lock");
            }
        }
        List<SqlParameterSource> attempts = new ArrayList<>();
        for (Notice notice : notices) {
            for (Attempt attempt : notice.attempts()) {
                if (attempt.changed) {
                    attempts.add(row(notice, attempt));
                }
            }
        }
        if (!attempts.isEmpty()) {
            jdbc.batchUpdate("""
                    INSERT INTO hub.notification_attempt (notification_id, attempt_no, tenant, step, channel, provider,
                        state, outcome, provider_message_id, request_hash, segments, error_code, error_detail,
                        lease_until, evidence_at, created_at, updated_at)
                    VALUES (:id, :no, :tenant, :step, :channel, :provider, :state, :outcome, :providerMessageId,
                        :requestHash, :segments, :errorCode, :errorDetail, :leaseUntil, :evidenceAt, :createdAt,
                        :updatedAt)
                    ON CONFLICT ON CONSTRAINT pk_notification_attempt DO UPDATE SET state = excluded.state,
                        outcome = excluded.outcome, provider_message_id = excluded.provider_message_id,
                        error_code = excluded.error_code, error_detail = excluded.error_detail,
                        evidence_at = excluded.evidence_at, updated_at = excluded.updated_at
                    """, attempts.toArray(SqlParameterSource[]::new));
        }
        insertChanges(notices);
    }

    private void insertChanges(Collection<Notice> notices) {
        List<SqlParameterSource> rows = new ArrayList<>();
        for (Notice notice : notices) {
            for (Change change : notice.changes()) {
                rows.add(new MapSqlParameterSource("id", change.notificationId())
                        .addValue("no", change.attemptNo())
                        .addValue("status", change.status().name())
                        .addValue("origin", change.origin().name())
                        .addValue("applied", change.applied())
                        .addValue("detail", change.detail(), Types.VARCHAR)
                        .addValue("occurredAt", at(change.occurredAt()))
                        .addValue("recordedAt", at(change.recordedAt()))
                        .addValue("eventId", change.event() == null ? null : change.eventId(), Types.VARCHAR)
                        .addValue("event", change.event() == null ? null : json(change.event()), Types.VARCHAR));
            }
        }
        if (!rows.isEmpty()) {
            jdbc.batchUpdate("""
                    INSERT INTO hub.notification_change (notification_id, attempt_no, status, origin, applied, detail,
                        occurred_at, recorded_at, event_id, event)
                    VALUES (:id, :no, :status, :origin, :applied, :detail, :occurredAt, :recordedAt, :eventId,
                        CAST(:event AS jsonb))
                    """, rows.toArray(SqlParameterSource[]::new));
        }
    }

    // --- receipts without message -------------------------------------------------------------------------------

    /** Keeps a receipt until its message is known. */
    void keep(String tenant, String eventId, NotificationReceipt receipt, Instant now) {
        jdbc.update(
                """
                INSERT INTO hub.notification_receipt (event_id, tenant, provider, provider_message_id, receipt, received_at)
                VALUES (:eventId, :tenant, :provider, :providerMessageId, CAST(:receipt AS jsonb), :now)
                ON CONFLICT ON CONSTRAINT pk_notification_receipt DO NOTHING
                """,
                new MapSqlParameterSource("eventId", eventId)
                        .addValue("tenant", tenant)
                        .addValue("provider", receipt.provider())
                        .addValue("providerMessageId", receipt.providerMessageId())
                        .addValue("receipt", json(receipt))
                        .addValue("now", at(now)));
    }

    /** Takes the kept receipts of one message, in the order in which they came. */
    List<NotificationReceipt> take(String tenant, String provider, String providerMessageId) {
        return jdbc.query(
                """
                WITH taken AS (DELETE FROM hub.notification_receipt
                    WHERE tenant = :tenant AND provider = :provider AND provider_message_id = :id
                    RETURNING receipt, received_at)
                SELECT receipt FROM taken ORDER BY received_at
                """,
                Map.of("tenant", tenant, "provider", provider, "id", providerMessageId),
                (rs, n) -> read(rs.getString(1), NotificationReceipt.class));
    }

    /** Attempts for which receipts are kept: both were being saved at the same moment. */
    List<AttemptKey> matchable(int limit) {
        return jdbc.query(
                """
                SELECT DISTINCT a.notification_id, a.attempt_no
                FROM hub.notification_receipt r
                JOIN hub.notification_attempt a ON a.tenant = r.tenant AND a.provider = r.provider
                    AND a.provider_message_id = r.provider_message_id
                LIMIT :limit
                """, Map.of("limit", limit), (rs, n) -> new AttemptKey(rs.getObject(1, UUID.class), rs.getInt(2)));
    }

    /** Forgets receipts of messages that were never ours. */
    int forgetReceipts(Instant before) {
        return jdbc.update(
                "DELETE FROM hub.notification_receipt WHERE received_at < :before", Map.of("before", at(before)));
    }

    // --- senders ------------------------------------------------------------------------------------------------

    /** Locks the sender of a tenant and provider; one that never sent is rested. */
    Sender lockSender(String tenant, String provider) {
        MapSqlParameterSource key = new MapSqlParameterSource("tenant", tenant).addValue("provider", provider);
        jdbc.update("""
                INSERT INTO hub.notification_sender (tenant, provider, free_at) VALUES (:tenant, :provider, 'epoch')
                ON CONFLICT ON CONSTRAINT pk_notification_sender DO NOTHING
                """, key);
        return Objects.requireNonNull(jdbc.queryForObject(
                """
                SELECT * FROM hub.notification_sender WHERE tenant = :tenant AND provider = :provider FOR UPDATE
                """,
                key,
                (rs, n) -> new Sender(
                        tenant,
                        provider,
                        instant(rs, "free_at"),
                        rs.getString("circuit_code"),
                        nullableInstant(rs, "opened_at"),
                        nullableInstant(rs, "probe_at"))));
    }

    void save(Sender sender) {
        jdbc.update(
                """
                UPDATE hub.notification_sender
                SET free_at = :freeAt, circuit_code = :code, opened_at = :openedAt, probe_at = :probeAt
                WHERE tenant = :tenant AND provider = :provider
                """,
                new MapSqlParameterSource("tenant", sender.tenant())
                        .addValue("provider", sender.provider())
                        .addValue("freeAt", at(sender.freeAt()))
                        .addValue("code", sender.circuitCode(), Types.VARCHAR)
                        .addValue("openedAt", at(sender.openedAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                        .addValue("probeAt", at(sender.probeAt()), Types.TIMESTAMP_WITH_TIMEZONE));
    }

    /** How many messages a tenant gave to a channel since then. */
    int spent(String tenant, Channel channel, Instant since) {
        Integer count = jdbc.queryForObject(
                """
                SELECT count(*) FROM hub.notification_attempt
                WHERE tenant = :tenant AND channel = :channel AND created_at > :since
                """, Map.of("tenant", tenant, "channel", channel.name(), "since", at(since)), Integer.class);
        return count == null ? 0 : count;
    }

    // --- outbox -------------------------------------------------------------------------------------------------

    /** Claims changes that the others were not told yet; one that is not published before the claim ends is free again. */
    List<Unpublished> claimUnpublished(int limit, Duration claim, Instant now) {
        return jdbc.query(
                """
                WITH next AS (
                    SELECT id FROM hub.notification_change
                    WHERE event_id IS NOT NULL AND published_at IS NULL
                      AND (claimed_until IS NULL OR claimed_until < :now)
                    ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED),
                claimed AS (
                    UPDATE hub.notification_change c SET claimed_until = :until FROM next WHERE c.id = next.id
                    RETURNING c.*)
                SELECT c.id, c.event_id, c.event, c.occurred_at, n.tenant, n.subject, n.event_id AS cause_id
                FROM claimed c JOIN hub.notification n ON n.id = c.notification_id
                ORDER BY c.id
                """,
                new MapSqlParameterSource("limit", limit)
                        .addValue("now", at(now))
                        .addValue("until", at(now.plus(claim))),
                (rs, n) -> new Unpublished(
                        rs.getLong("id"),
                        rs.getString("event_id"),
                        read(rs.getString("event"), Notification.class),
                        instant(rs, "occurred_at"),
                        rs.getString("tenant"),
                        rs.getString("subject"),
                        rs.getString("cause_id")));
    }

    void published(Collection<Long> ids, Instant now) {
        jdbc.update("""
                UPDATE hub.notification_change SET published_at = :now, claimed_until = NULL, event = NULL
                WHERE id = ANY (CAST(:ids AS bigint[]))
                """, new MapSqlParameterSource("ids", array(ids)).addValue("now", at(now)));
    }

    /** Frees a claim at once, so that the next round need not wait for its end. */
    void unclaim(Collection<Long> ids) {
        jdbc.update(
                "UPDATE hub.notification_change SET claimed_until = NULL WHERE id = ANY (CAST(:ids AS bigint[]))",
                Map.of("ids", array(ids)));
    }

    // --- rows ---------------------------------------------------------------------------------------------------

    private static Notice notice(ResultSet rs) throws SQLException {
        Notice notice = new Notice(
                rs.getObject("id", UUID.class),
                rs.getString("tenant"),
                rs.getString("rule"),
                rs.getString("cause"),
                rs.getString("subject"),
                rs.getString("subject_reference"),
                rs.getString("template"),
                rs.getString("language"),
                rs.getString("event_id"),
                instant(rs, "event_time"),
                instant(rs, "created_at"),
                instant(rs, "expires_at"),
                read(rs.getString("recipient"), Party.class),
                read(rs.getString("variables"), STRINGS),
                read(rs.getString("plan"), STEPS),
                Channel.valueOf(rs.getString("channel")),
                Status.valueOf(rs.getString("state")));
        notice.step = rs.getInt("step");
        notice.attemptNo = rs.getInt("attempt_no");
        notice.stepAttempts = rs.getInt("step_attempts");
        notice.stepDeadlineAt = nullableInstant(rs, "step_deadline_at");
        notice.dueAt = nullableInstant(rs, "due_at");
        notice.timerAt = nullableInstant(rs, "timer_at");
        notice.heldCode = rs.getString("held_code");
        notice.errorCode = rs.getString("error_code");
        notice.errorDetail = rs.getString("error_detail");
        notice.providerMessageId = rs.getString("provider_message_id");
        notice.version = rs.getInt("version");
        return notice;
    }

    private static Attempt attempt(ResultSet rs) throws SQLException {
        int segments = rs.getInt("segments");
        Attempt attempt = new Attempt(
                rs.getInt("attempt_no"),
                rs.getInt("step"),
                Channel.valueOf(rs.getString("channel")),
                rs.getString("provider"),
                rs.getString("request_hash"),
                rs.wasNull() || segments == 0 ? null : segments,
                Status.valueOf(rs.getString("state")),
                instant(rs, "lease_until"),
                instant(rs, "created_at"));
        String outcome = rs.getString("outcome");
        attempt.refusal = outcome == null ? null : Refusal.valueOf(outcome);
        attempt.providerMessageId = rs.getString("provider_message_id");
        attempt.errorCode = rs.getString("error_code");
        attempt.errorDetail = rs.getString("error_detail");
        attempt.evidenceAt = nullableInstant(rs, "evidence_at");
        attempt.updatedAt = instant(rs, "updated_at");
        return attempt;
    }

    private static MapSqlParameterSource row(Notice n) {
        return new MapSqlParameterSource("id", n.id)
                .addValue("version", n.version)
                .addValue("recipient", json(n.recipient))
                .addValue("variables", json(n.variables))
                .addValue("plan", json(n.plan))
                .addValue("step", n.step)
                .addValue("channel", n.channel.name())
                .addValue("provider", n.provider(), Types.VARCHAR)
                .addValue("state", n.state.name())
                .addValue("attemptNo", n.attemptNo)
                .addValue("stepAttempts", n.stepAttempts)
                .addValue("stepDeadlineAt", at(n.stepDeadlineAt), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("dueAt", at(n.dueAt), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("timerAt", at(n.timerAt), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("heldCode", n.heldCode, Types.VARCHAR)
                .addValue("errorCode", n.errorCode, Types.VARCHAR)
                .addValue("errorDetail", n.errorDetail, Types.VARCHAR)
                .addValue("providerMessageId", n.providerMessageId, Types.VARCHAR)
                .addValue("refs", array(refs(n)));
    }

    private static SqlParameterSource row(Notice notice, Attempt a) {
        return new MapSqlParameterSource("id", notice.id)
                .addValue("no", a.no)
                .addValue("tenant", notice.tenant)
                .addValue("step", a.step)
                .addValue("channel", a.channel.name())
                .addValue("provider", a.provider)
                .addValue("state", a.state.name())
                .addValue("outcome", a.refusal == null ? null : a.refusal.name(), Types.VARCHAR)
                .addValue("providerMessageId", a.providerMessageId, Types.VARCHAR)
                .addValue("requestHash", a.requestHash)
                .addValue("segments", a.segments, Types.INTEGER)
                .addValue("errorCode", a.errorCode, Types.VARCHAR)
                .addValue("errorDetail", a.errorDetail, Types.VARCHAR)
                .addValue("leaseUntil", at(a.leaseUntil))
                .addValue("evidenceAt", at(a.evidenceAt), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("createdAt", at(a.createdAt))
                .addValue("updatedAt", at(a.updatedAt));
    }

    private static Set<String> refs(Notice notice) {
        Set<String> refs = new LinkedHashSet<>();
        refs.add(notice.id.toString());
        refs.add(notice.eventId);
        for (String reference : new String[] {
            notice.subjectReference, notice.recipient.phone(), notice.recipient.secondPhone(), notice.recipient.email()
        }) {
            if (reference != null && !reference.isBlank()) {
                refs.add(reference);
            }
        }
        for (Attempt attempt : notice.attempts()) {
            if (attempt.providerMessageId != null) {
                refs.add(attempt.providerMessageId);
            }
        }
        return refs;
    }

    private static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant nullableInstant(ResultSet rs, String column) throws SQLException {
        OffsetDateTime value = rs.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** An array literal: the driver sends it as text and PostgreSQL casts it, which works for every element type. */
    private static String array(Collection<?> values) {
        StringBuilder literal = new StringBuilder("{");
        for (Object value : values) {
            literal.append(literal.length() == 1 ? "" : ",")
                    .append('"')
                    .append(value.toString().replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
        return literal.append('}').toString();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new HubException(ErrorCode.UNEXPECTED, "a notification cannot be written as JSON", e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new HubException(ErrorCode.UNEXPECTED, "a stored " + type.getSimpleName() + " cannot be read", e);
        }
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new HubException(ErrorCode.UNEXPECTED, "a stored notification cannot be read", e);
        }
    }

    /** When a rule last spoke about a subject. */
    record Spoken(String subject, String rule, Instant latest) {}

    /** A notification that is not finished. */
    record Open(
            UUID id,
            String rule,
            String subject,
            Instant eventTime,
            @Nullable String heldCode) {}

    /** An attempt's identity. */
    record AttemptKey(UUID notificationId, int attemptNo) {}

    /** A change that the others were not told yet. */
    record Unpublished(
            long id,
            String eventId,
            Notification event,
            Instant occurredAt,
            String tenant,
            String subject,
            String causeId) {}

    /**
     * One tenant's sender at one provider.
     *
     * @param freeAt when the next message may leave
     * @param circuitCode the provider's code that opened the circuit; null: closed
     * @param probeAt when one message may try an open circuit
     */
    record Sender(
            String tenant,
            String provider,
            Instant freeAt,
            @Nullable String circuitCode,
            @Nullable Instant openedAt,
            @Nullable Instant probeAt) {}
}
