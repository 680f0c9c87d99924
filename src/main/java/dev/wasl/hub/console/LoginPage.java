package dev.wasl.hub.console;

import dev.wasl.hub.access.DemoLogin;
import org.jspecify.annotations.Nullable;

/**
 * What the login page says.
 *
 * @param failed the attempt before failed
 * @param bye somebody just logged out
 * @param waitMinutes how long no attempt is accepted; null when one is
 * @param demo the demo login to remind of; null when there is none
 */
record LoginPage(boolean failed, boolean bye, @Nullable String waitMinutes, DemoLogin.@Nullable Login demo) {}
