package dev.wasl.hub.console;

import org.jspecify.annotations.Nullable;

/**
 * What the login page says.
 *
 * @param failed the attempt before failed
 * @param bye somebody just logged out
 * @param waitMinutes how long no attempt is accepted; null when one is
 * @param demo whether to remind of the demo login
 */
record LoginPage(boolean failed, boolean bye, @Nullable String waitMinutes, boolean demo) {}
