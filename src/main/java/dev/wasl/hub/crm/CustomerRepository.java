package dev.wasl.hub.crm;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/**
 * Finds, makes and merges customers. Phones are inserted first and in order, customer rows locked after them and in
 * order, so that concurrent transactions never wait in a circle; a merge touches rows beyond that order and therefore
 * runs alone (see {@link #enter}).
 */
@Repository
class CustomerRepository {

    private static final long GATE = 0x7761736c2063726dL; // "wasl crm"

    private final JdbcTemplate jdbc;

    CustomerRepository(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A phone of a tenant's customer, or an address when it is an e-mail's. */
    record Handle(String tenant, String value) {

        static Handle ofEmail(String tenant, String email) {
            return new Handle(tenant, email.toLowerCase(Locale.ROOT));
        }
    }

    /** Tells that the work needs a transaction that no other CRM transaction runs beside. */
    static final class MustBeAlone extends RuntimeException {

        private static final long serialVersionUID = 1;

        MustBeAlone(String why) {
            super(why, null, false, false);
        }
    }

    /** Passes the gate: many at once, or alone. Held until the end of the transaction. */
    void enter(boolean alone) {
        String lock = alone ? "pg_advisory_xact_lock" : "pg_advisory_xact_lock_shared";
        jdbc.query("SELECT " + lock + "(?)", rs -> {}, GATE);
    }

    /**
     * The customers that contacts belong to, made, brought up to date and merged where needed.
     *
     * @return customer ids by phone, for every phone of the contacts
     * @throws MustBeAlone if customers must be merged, or another transaction made one of them meanwhile
     */
    Map<Handle, Long> resolve(Collection<Contact> contacts, boolean alone, Instant now) {
        if (contacts.isEmpty()) {
            return Map.of();
        }
        Groups groups = new Groups();
        contacts.forEach(groups::add);
        Map<Handle, Long> known = aliases(groups.phones());
        known.forEach(groups::joinCustomer);

        List<Group> made = new ArrayList<>();
        List<Group> met = new ArrayList<>();
        for (Group group : groups.all()) {
            if (group.customers.size() > 1 && !alone) {
                throw new MustBeAlone("customers share a phone");
            }
            (group.customers.isEmpty() ? made : met).add(group);
        }
        number(made);
        insertAliases(groups.all(), known.keySet(), now);
        insert(made, now);
        update(met, now);
        for (Group group : met) {
            if (group.customers.size() > 1) {
                merge(group, now);
            }
        }
        Map<Handle, Long> ids = new HashMap<>();
        groups.all().forEach(group -> group.phones.forEach(phone -> ids.put(phone, group.id())));
        List<Handle> addresses = new ArrayList<>();
        groups.all().forEach(group -> {
            if (group.newEmail && group.email != null) {
                addresses.add(Handle.ofEmail(group.tenant(), group.email));
            }
        });
        adoptPayments(addresses, alone, now);
        return ids;
    }

    /** The oldest customer with each e-mail address. */
    Map<Handle, Long> byEmail(Set<Handle> addresses) {
        Map<Handle, Long> ids = new HashMap<>();
        if (!addresses.isEmpty()) {
            jdbc.query(
                    """
                    SELECT c.tenant, lower(c.email) AS email, min(c.id) AS id
                    FROM unnest(?::text[], ?::text[]) AS k(tenant, value)
                    JOIN crm.customer c ON c.tenant = k.tenant AND lower(c.email) = k.value
                    WHERE c.email IS NOT NULL AND c.merged_into IS NULL
                    GROUP BY c.tenant, lower(c.email)""",
                    rs -> {
                        ids.put(new Handle(rs.getString("tenant"), rs.getString("email")), rs.getLong("id"));
                    },
                    texts(addresses, Handle::tenant),
                    texts(addresses, Handle::value));
        }
        return ids;
    }

    private Map<Handle, Long> aliases(Collection<Handle> phones) {
        Map<Handle, Long> ids = new LinkedHashMap<>();
        jdbc.query(
                """
                SELECT a.tenant, a.phone, a.customer_id
                FROM unnest(?::text[], ?::text[]) AS k(tenant, value)
                JOIN crm.customer_alias a ON a.tenant = k.tenant AND a.phone = k.value""",
                rs -> {
                    ids.put(new Handle(rs.getString("tenant"), rs.getString("phone")), rs.getLong("customer_id"));
                },
                texts(phones, Handle::tenant),
                texts(phones, Handle::value));
        return ids;
    }

    private void number(List<Group> made) {
        if (made.isEmpty()) {
            return;
        }
        List<Long> ids = jdbc.queryForList(
                "SELECT nextval(pg_get_serial_sequence('crm.customer', 'id')) FROM generate_series(1, ?)",
                Long.class,
                made.size());
        for (int i = 0; i < made.size(); i++) {
            made.get(i).customers.add(ids.get(i));
        }
    }

    private void insertAliases(Collection<Group> groups, Set<Handle> known, Instant now) {
        Map<Handle, Long> owners = new LinkedHashMap<>();
        for (Group group : groups) {
            for (Handle phone : group.phones) {
                if (!known.contains(phone)) {
                    owners.put(phone, group.id());
                }
            }
        }
        if (owners.isEmpty()) {
            return;
        }
        int inserted = jdbc.update(
                """
                INSERT INTO crm.customer_alias (tenant, phone, customer_id, created_at)
                SELECT tenant, value, customer_id, ?
                FROM unnest(?::text[], ?::text[], ?::bigint[]) AS r(tenant, value, customer_id)
                ORDER BY tenant, value
                ON CONFLICT (tenant, phone) DO NOTHING""",
                Timestamp.from(now),
                texts(owners.keySet(), Handle::tenant),
                texts(owners.keySet(), Handle::value),
                owners.values().toArray(Long[]::new));
        if (inserted < owners.size()) {
            throw new MustBeAlone("another transaction made the same customer");
        }
    }

    private void insert(List<Group> made, Instant now) {
        if (made.isEmpty()) {
            return;
        }
        made.forEach(group -> group.newEmail = group.email != null);
        jdbc.update(
                """
                INSERT INTO crm.customer (id, name, name_at, email, email_at, first_seen_at, last_seen_at,
                    tenant, phone, created_at, updated_at)
                SELECT r.*, n.now, n.now FROM unnest(?::bigint[], ?::text[], ?::timestamptz[], ?::text[], ?::timestamptz[],
                    ?::timestamptz[], ?::timestamptz[], ?::text[], ?::text[]) r
                CROSS JOIN (SELECT ?::timestamptz AS now) n""",
                columns(
                        made,
                        texts(made, Group::tenant),
                        texts(made, group -> group.phones.iterator().next().value()),
                        Timestamp.from(now)));
    }

    private void update(List<Group> met, Instant now) {
        if (met.isEmpty()) {
            return;
        }
        Map<Long, Group> byCustomer = new HashMap<>();
        met.forEach(group -> group.customers.forEach(id -> byCustomer.put(id, group)));
        Set<Group> changed = new LinkedHashSet<>();
        jdbc.query(
                """
                SELECT id, name, name_at, email, email_at, first_seen_at, last_seen_at
                FROM crm.customer WHERE id = ANY (?::bigint[]) ORDER BY id FOR UPDATE""",
                rs -> {
                    Group group = Objects.requireNonNull(byCustomer.get(rs.getLong("id")));
                    boolean same = group.with(
                            rs.getString("name"),
                            instant(rs.getTimestamp("name_at")),
                            rs.getString("email"),
                            instant(rs.getTimestamp("email_at")),
                            rs.getTimestamp("first_seen_at").toInstant(),
                            rs.getTimestamp("last_seen_at").toInstant());
                    if (!same || group.customers.size() > 1) {
                        changed.add(group);
                    }
                },
                (Object) byCustomer.keySet().toArray(Long[]::new));
        if (changed.isEmpty()) {
            return;
        }
        jdbc.update("""
                UPDATE crm.customer c
                SET name = r.name, name_at = r.name_at, email = r.email, email_at = r.email_at,
                    first_seen_at = r.first_seen_at, last_seen_at = r.last_seen_at, updated_at = n.now
                FROM unnest(?::bigint[], ?::text[], ?::timestamptz[], ?::text[], ?::timestamptz[], ?::timestamptz[],
                    ?::timestamptz[]) AS r(id, name, name_at, email, email_at, first_seen_at, last_seen_at)
                CROSS JOIN (SELECT ?::timestamptz AS now) n
                WHERE c.id = r.id""", columns(changed, Timestamp.from(now)));
    }

    private void merge(Group group, Instant now) {
        long survivor = group.id();
        Long[] losers = group.customers.stream().filter(id -> id != survivor).toArray(Long[]::new);
        for (String table : List.of("crm.customer_alias", "crm.delivery", "crm.payment", "crm.interaction")) {
            jdbc.update(
                    "UPDATE " + table + " SET customer_id = ? WHERE customer_id = ANY (?::bigint[])", survivor, losers);
        }
        jdbc.update("""
                UPDATE crm.customer SET merged_into = ?, updated_at = ?
                WHERE id = ANY (?::bigint[]) OR merged_into = ANY (?::bigint[])""", survivor, Timestamp.from(now), losers, losers);
    }

    /** A payment that came before its customer's address was known finds its customer now. */
    private void adoptPayments(List<Handle> addresses, boolean alone, Instant now) {
        if (addresses.isEmpty()) {
            return;
        }
        Boolean waiting = jdbc.queryForObject(
                """
                SELECT EXISTS (SELECT 1 FROM unnest(?::text[], ?::text[]) AS k(tenant, value)
                    JOIN crm.payment p ON p.tenant = k.tenant AND lower(p.customer_email) = k.value
                    WHERE p.customer_id IS NULL)""", Boolean.class, texts(addresses, Handle::tenant), texts(addresses, Handle::value));
        if (!Boolean.TRUE.equals(waiting)) {
            return;
        }
        if (!alone) {
            throw new MustBeAlone("payments wait for this customer");
        }
        byEmail(new LinkedHashSet<>(addresses))
                .forEach((address, id) -> jdbc.update("""
                        UPDATE crm.payment SET customer_id = ?, updated_at = ?
                        WHERE tenant = ? AND lower(customer_email) = ? AND customer_id IS NULL""", id, Timestamp.from(now), address.tenant(), address.value()));
    }

    /** What is kept of each group, an array a column, from the customer's number on; then the parameters that follow. */
    private static Object[] columns(Collection<Group> groups, Object... more) {
        return Stream.concat(
                        Stream.of(
                                groups.stream().map(Group::id).toArray(Long[]::new),
                                texts(groups, group -> group.name),
                                texts(groups, group -> group.nameAt),
                                texts(groups, group -> group.email),
                                texts(groups, group -> group.emailAt),
                                texts(groups, group -> group.firstSeenAt),
                                texts(groups, group -> group.lastSeenAt)),
                        Stream.of(more))
                .toArray();
    }

    private static <T> String[] texts(Collection<T> rows, Function<T, @Nullable Object> value) {
        return rows.stream()
                .map(value)
                .map(text -> text == null ? null : text.toString())
                .toArray(String[]::new);
    }

    private static @Nullable Instant instant(@Nullable Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }

    /** Phones that belong to one person, by what the contacts and the known customers say. */
    private static final class Group {

        private final Set<Handle> phones = new LinkedHashSet<>();
        private final TreeSet<Long> customers = new TreeSet<>();
        private @Nullable String name;
        private @Nullable Instant nameAt;
        private @Nullable String email;
        private @Nullable Instant emailAt;
        private @Nullable Instant firstSeenAt;
        private @Nullable Instant lastSeenAt;
        private boolean newEmail;

        private long id() {
            return customers.first();
        }

        private String tenant() {
            return phones.iterator().next().tenant();
        }

        private void absorb(Group other) {
            phones.addAll(other.phones);
            customers.addAll(other.customers);
            with(other.name, other.nameAt, other.email, other.emailAt, other.firstSeenAt, other.lastSeenAt);
        }

        /** Takes what is newer; true when the group then says the same as these values. */
        private boolean with(
                @Nullable String otherName,
                @Nullable Instant otherNameAt,
                @Nullable String otherEmail,
                @Nullable Instant otherEmailAt,
                @Nullable Instant otherFirst,
                @Nullable Instant otherLast) {
            boolean same = true;
            if (newer(otherName, otherNameAt, name, nameAt)) {
                name = otherName;
                nameAt = otherNameAt;
            } else {
                same = Objects.equals(nameAt, otherNameAt) && Objects.equals(name, otherName);
            }
            if (newer(otherEmail, otherEmailAt, email, emailAt)) {
                email = otherEmail;
                emailAt = otherEmailAt;
            } else if (email != null && !email.equals(otherEmail)) {
                newEmail = true;
                same = false;
            } else {
                same &= Objects.equals(emailAt, otherEmailAt);
            }
            if (otherFirst != null && (firstSeenAt == null || otherFirst.isBefore(firstSeenAt))) {
                firstSeenAt = otherFirst;
            }
            if (otherLast != null && (lastSeenAt == null || otherLast.isAfter(lastSeenAt))) {
                lastSeenAt = otherLast;
            }
            return same && Objects.equals(firstSeenAt, otherFirst) && Objects.equals(lastSeenAt, otherLast);
        }

        private static boolean newer(
                @Nullable String value, @Nullable Instant at, @Nullable String than, @Nullable Instant thanAt) {
            if (value == null || at == null) {
                return false;
            }
            if (than == null || thanAt == null) {
                return true;
            }
            int order = at.compareTo(thanAt);
            return order > 0 || (order == 0 && value.compareTo(than) > 0);
        }
    }

    private static final class Groups {

        private final Map<Handle, Group> byPhone = new LinkedHashMap<>();
        private final Map<Long, Handle> phoneOfCustomer = new HashMap<>();

        private void add(Contact contact) {
            Group group = byPhone.computeIfAbsent(new Handle(contact.tenant(), contact.phone()), Groups::single);
            group.with(
                    contact.name(),
                    contact.name() == null ? null : contact.at(),
                    contact.email(),
                    contact.email() == null ? null : contact.at(),
                    contact.at(),
                    contact.at());
            if (contact.secondPhone() != null) {
                Handle second = new Handle(contact.tenant(), contact.secondPhone());
                join(group, byPhone.computeIfAbsent(second, Groups::single));
            }
        }

        private void joinCustomer(Handle phone, Long customer) {
            Group group = Objects.requireNonNull(byPhone.get(phone));
            group.customers.add(customer);
            Handle first = phoneOfCustomer.putIfAbsent(customer, phone);
            if (first != null) {
                join(group, Objects.requireNonNull(byPhone.get(first)));
            }
        }

        private void join(Group group, Group other) {
            if (group != other) {
                group.absorb(other);
                other.phones.forEach(phone -> byPhone.put(phone, group));
            }
        }

        private Collection<Handle> phones() {
            return new ArrayList<>(byPhone.keySet());
        }

        private Collection<Group> all() {
            return new LinkedHashSet<>(byPhone.values());
        }

        private static Group single(Handle phone) {
            Group group = new Group();
            group.phones.add(phone);
            return group;
        }
    }
}
