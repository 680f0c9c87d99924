package dev.wasl.hub.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every page needs around its content.
 *
 * @param username who is logged in; null on pages for everybody
 */
record Frame(
        Language language,
        List<Language> languages,
        Theme theme,
        @Nullable String username) {}
