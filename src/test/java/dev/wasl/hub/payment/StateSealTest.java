package dev.wasl.hub.payment;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateSealTest {

    private static final UUID ID = UUID.fromString("7f9a1c62-3d84-4b0f-9f0e-2a6c1d5e8b11");
    private static final Map<String, String> STATE = Map.of("notifToken", "dd497bda3b250e53", "اسم", "قيمة");

    private final StateSeal seal = new StateSeal(key(1), List.of());

    @Test
    void opens_what_it_sealed_and_shows_nothing_of_it() {
        byte[] sealed = seal.seal("cctv", ID, STATE);

        assertThat(seal.open("cctv", ID, sealed)).isEqualTo(STATE);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("dd497bda3b250e53", "notifToken");
        assertThat(seal.seal("cctv", ID, STATE)).isNotEqualTo(sealed);
    }

    @Test
    void a_value_does_not_open_in_another_row_or_for_another_tenant() {
        byte[] sealed = seal.seal("cctv", ID, STATE);

        refuses(() -> seal.open("hvar", ID, sealed));
        refuses(() -> seal.open("cctv", new UUID(1, 2), sealed));
    }

    @Test
    void every_changed_byte_is_noticed() {
        byte[] sealed = seal.seal("cctv", ID, STATE);

        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            refuses(() -> seal.open("cctv", ID, changed));
        }
        refuses(() -> seal.open("cctv", ID, Arrays.copyOf(sealed, sealed.length - 1)));
        refuses(() -> seal.open("cctv", ID, new byte[0]));
    }

    @Test
    void a_new_key_reads_what_the_former_one_wrote_and_writes_with_itself() {
        byte[] old = seal.seal("cctv", ID, STATE);
        StateSeal rotated = new StateSeal(key(2), List.of(key(1)));

        assertThat(rotated.open("cctv", ID, old)).isEqualTo(STATE);
        byte[] fresh = rotated.seal("cctv", ID, STATE);
        refuses(() -> seal.open("cctv", ID, fresh));
        refuses(() -> new StateSeal(key(3), List.of()).open("cctv", ID, old));
    }

    @Test
    void keeps_a_key_of_its_own_in_a_file_that_only_its_owner_reads(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("payment-state.key");

        byte[] made = StateSeal.inFile(file);

        assertThat(made).hasSize(32);
        assertThat(StateSeal.inFile(file)).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.list(folder)).containsExactly(file);
    }

    @Test
    void refuses_a_key_file_that_is_no_key(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("payment-state.key"), "c2hvcnQ=");

        assertThatThrownBy(() -> StateSeal.inFile(file)).satisfies(failedWith(ErrorCode.CONFIGURATION));
    }

    private static void refuses(Runnable opening) {
        assertThatThrownBy(opening::run).satisfies(failedWith(ErrorCode.PAYMENT_STATE_UNREADABLE));
    }

    private static byte[] key(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return key;
    }
}
