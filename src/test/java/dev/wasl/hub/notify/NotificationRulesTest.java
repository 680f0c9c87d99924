package dev.wasl.hub.notify;

import static dev.wasl.hub.HubFailure.failedWith;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasl.hub.canonical.ErrorCode;
import dev.wasl.hub.canonical.Notification.Channel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationRulesTest {

    private static final String SMALL = """
            version: 1
            rules:
              - name: small
                when: {types: [dev.wasl.delivery.status_changed.v1], fields: {data.status: DELIVERED}}
                cause: "{subject}#X"
                maxAge: 6h
                sendWithin: 12h
                to: data.receiver
                template: delivered
                languages: [ar]
                channels: [{channel: SMS}]
                variables: {trackingNumber: data.trackingNumber}
            """;

    @Test
    void ships_the_rules_that_were_promised() {
        List<Rule> rules = new NotificationRules(new NotifyFiles(Path.of("no-such-folder"))).rules();

        assertThat(rules)
                .extracting(Rule::name)
                .containsExactly("out-for-delivery", "delivered", "delivery-attempt-failed", "payment-receipt");
        assertThat(rules.get(0).channels())
                .extracting(Rule.Step::channel)
                .containsExactly(Channel.WHATSAPP, Channel.SMS);
        assertThat(rules.get(2).channels()).extracting(Rule.Step::channel).containsExactly(Channel.SMS);
        assertThat(rules.get(3).channels()).extracting(Rule.Step::channel).containsExactly(Channel.EMAIL);
    }

    @Test
    void has_a_text_for_every_rule_channel_and_language_that_is_shipped() {
        NotifyFiles files = new NotifyFiles(Path.of("no-such-folder"));
        for (Rule rule : new NotificationRules(files).rules()) {
            for (String language : rule.languages()) {
                for (Rule.Step step : rule.channels()) {
                    switch (step.channel()) {
                        case WHATSAPP -> assertThat(rule.whatsapp().languages()).containsKey(language);
                        case SMS ->
                            assertThat(files.read("notify-" + rule.template() + ".sms." + language + ".mustache"))
                                    .isPresent();
                        case EMAIL ->
                            assertThat(files.read("notify-" + rule.template() + ".email." + language + ".mustache"))
                                    .isPresent();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "version: 1, version: 2, version must be 1",
        "channel: SMS, channel: PIGEON, PIGEON",
        "maxAge: 6h, maxAge: soon, soon",
        "maxAge: 6h, maximumAge: 6h, maxAge is needed",
        "template: delivered, templates: delivered, template is needed",
        "name: small, nome: small, a rule: name is needed",
        "channel: SMS, chanel: SMS, channel is needed",
        "cause:, causes:, cause",
        "'channels: [{channel: SMS}]', 'channels: [{channel: WHATSAPP}]', approved template",
        "'channels: [{channel: SMS}]', 'overtakes: [nobody]\n    channels: [{channel: SMS}]', nobody",
        "template: delivered, 'template: [', notify-rules.yaml",
        "template: delivered, 'template: !!java.io.File [/etc/passwd]', notify-rules.yaml"
    })
    void says_what_is_wrong_with_a_broken_file(String good, String broken, String hint) {
        assertThat(NotificationRules.parse(SMALL)).hasSize(1);

        assertThatThrownBy(() -> NotificationRules.parse(SMALL.replace(good, broken)))
                .satisfies(failedWith(ErrorCode.CONFIGURATION))
                .hasMessageContaining(hint);
    }

    @Test
    void keeps_the_rules_in_force_while_an_edited_file_is_broken(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("notify-rules.yaml");
        write(file, SMALL, 1);
        NotificationRules rules = new NotificationRules(new NotifyFiles(folder));

        write(file, "version: 1\nrules: [", 2);
        assertThat(rules.rules()).extracting(Rule::name).containsExactly("small");
        assertThat(rules.problem()).isPresent();

        write(file, SMALL.replace("name: small", "name: mended"), 3);
        assertThat(rules.rules()).extracting(Rule::name).containsExactly("mended");
        assertThat(rules.problem()).isEmpty();
    }

    private static void write(Path file, String text, long stamp) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.fromMillis(stamp * 1000));
    }
}
