package dev.wasl.hub.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    private Path folder;

    @Test
    void is_created_for_its_owner_only() throws IOException {
        try (DataDirectory data = DataDirectory.open(folder.resolve("deep/data"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void belongs_to_one_hub_at_a_time_by_whatever_name() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("data")));
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"))) {
            assertThatThrownBy(() -> DataDirectory.open(link))
                    .isInstanceOf(HubException.class)
                    .hasMessageContaining("already uses the data directory " + data.path());
            assertThatThrownBy(() -> DataDirectory.open(link)).isInstanceOf(HubException.class);
        }

        DataDirectory.open(link).close();
    }

    @Test
    void says_when_it_is_no_folder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("cannot be used")
                .hasMessageContaining("wasl.data-dir");
    }
}
